"""Settings: an unsafe deployment does not start, and hears why."""

import pytest

from core import config
from core.errors import ConfigurationError
from tests.support.accounts import AES_KEY

GOOD = {
    "wechat_appid": "wx0123456789abcdef",
    "wechat_token": "simtoken2026",
    "wechat_aes_key": AES_KEY,
    "secret_key": "0123456789abcdef" * 4,
    "lookup_key": "fedcba9876543210" * 4,
    "data_keys": "k1:x",
}


@pytest.fixture(autouse=True)
def _nobodys_environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def load(**changes):
    return config.load(_env_file=None, **{**GOOD, **changes})


def test_good_settings_load():
    assert load().aes_keys[0] == load(wechat_aes_key_previous=AES_KEY).aes_keys[1]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("wechat_token", ["", "ab", "token", "TestToken", "aaaaaaaaaa", "12345678", "has space1", "ü" * 10, "x" * 33]),
        ("wechat_appid", ["", "wx", "wx0123456789ABCDEF", "0123456789abcdefwx", "wx0123456789abcdef\n"]),
        ("wechat_aes_key", ["", "short", "a" * 43, AES_KEY[:-1] + "=", AES_KEY + "A"]),
        ("wechat_aes_key_previous", ["short", "a" * 43]),
        ("secret_key", ["", "short", "a" * 64]),
        ("lookup_key", ["", "short", "a" * 64]),
        ("public_url", ["", "zhengqing.example", "ftp://x"]),
        ("database_url", ["nonsense", "mysql://a@h/d", "postgresql://u:canary@h:/d"]),
        ("redis_url", ["nonsense", "http://h:6379/0", "redis://h:port/0"]),
    ],
)
def test_an_unsafe_value_is_refused_by_name_and_not_shown(name, values):
    for value in values:
        with pytest.raises(ConfigurationError) as error:
            load(**{name: value})
        assert name.upper() in str(error.value)
        assert len(value) < 6 or value not in str(error.value)


@pytest.mark.parametrize("name", ["wechat_appid", "wechat_token", "secret_key", "lookup_key", "data_keys"])
def test_a_missing_setting_is_named(name):
    rest = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(ConfigurationError, match=name.upper()):
        config.load(_env_file=None, **rest)


def test_production_refuses_plaintext_unless_told_by_name():
    real = "https://api.weixin.qq.com"
    with pytest.raises(ConfigurationError, match="WECHAT_ALLOW_PLAINTEXT"):
        load(wechat_mode="plain", wechat_api_base=real)
    assert load(wechat_mode="plain", wechat_api_base=real, wechat_allow_plaintext=True).is_production


def test_the_simulator_may_speak_plaintext():
    assert not load(wechat_mode="plain", wechat_api_base="http://127.0.0.1:8801").is_production


def write(folder, name, **values):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{key.upper()}={value}\n" for key, value in values.items()))


def test_commands_find_the_demo_that_make_run_made(monkeypatch, tmp_path):
    monkeypatch.setattr(config, "ROOT", tmp_path)
    write(tmp_path, "var/demo.env", **GOOD)
    write(tmp_path, ".env", city="开封")
    assert (config.load().wechat_appid, config.load().city) == (GOOD["wechat_appid"], "开封")


def test_the_demos_keys_never_fill_a_gap_of_an_operator(monkeypatch, tmp_path):
    monkeypatch.setattr(config, "ROOT", tmp_path)
    write(tmp_path, "var/demo.env", **GOOD)
    write(tmp_path, ".env", wechat_appid="wxfedcba9876543210")
    with pytest.raises(ConfigurationError, match="DATA_KEYS"):
        config.load()


def test_a_mini_program_without_its_secret_is_refused():
    with pytest.raises(ConfigurationError, match="MP_APPSECRET"):
        load(mp_appid="wxfedcba9876543210")
    assert load().mp_appid == ""

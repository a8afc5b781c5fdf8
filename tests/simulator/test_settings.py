"""Settings: flags before environment before demo values, and clear complaints."""

import pytest

from simulator import settings
from simulator.settings import BadSetting

KEY = "a" * 43


def test_flags_win_over_the_environment_and_that_over_demo_values():
    environ = {"WECHAT_MODE": "plain", "SIMULATOR_API_PORT": "9901", "WECHAT_AES_KEY": KEY}
    chosen = settings.load({"mode": "compatible", "api_port": None}, environ)
    assert (chosen.mode, chosen.api_port, chosen.aes_key, chosen.phone_port) == ("compatible", 9901, KEY, 8802)


def test_an_empty_variable_counts_as_absent():
    assert settings.load({}, {"WECHAT_TOKEN": ""}).token == settings.load({}, {}).token


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHAT_MODE", "secret"),
        ("WECHAT_AES_KEY", "short"),
        ("WECHAT_AES_KEY_PREVIOUS", "键" * 43),
        ("SIMULATOR_API_PORT", "many"),
        ("SIMULATOR_CALLBACK", "localhost:8000"),
        ("SIMULATOR_PROFILE", "emperor"),
    ],
)
def test_a_setting_that_cannot_work_is_named(name, value):
    with pytest.raises(BadSetting, match=name):
        settings.load({}, {name: value})


def test_secrets_do_not_show_in_print():
    assert settings.load({}, {"WECHAT_APPSECRET": "hush-hush"}).app_secret not in repr(settings.load({}, {}))
    assert "hush-hush" not in repr(settings.load({}, {"WECHAT_APPSECRET": "hush-hush"}))

"""The random settings of the demo."""

import base64
import re
import stat

from core import config
from core.staff.demo import PEOPLE
from core.staff.permissions import COUNSELOR
from scripts import demo
from simulator import cast

PORTS = {"PORT": 8000, "SIMULATOR_API_PORT": 8801, "SIMULATOR_PHONE_PORT": 8802}


def test_the_product_accepts_what_the_demo_makes(tmp_path, monkeypatch):
    for name, value in demo.ensure(tmp_path / "demo.env", demo.addresses(tmp_path, PORTS)).items():
        monkeypatch.setenv(name, value)
    settings = config.load(_env_file=None)
    assert not settings.is_production
    assert settings.wechat_mode == "safe"


def test_secrets_have_the_form_wechat_gives_them():
    made = demo.fresh_secrets()
    assert re.fullmatch(r"wx[0-9a-f]{16}", made["WECHAT_APPID"])
    assert re.fullmatch(r"[A-Za-z0-9]{43}", made["WECHAT_AES_KEY"])
    key = base64.b64decode(made["WECHAT_AES_KEY"] + "=", validate=True)
    assert len(key) == 32
    assert base64.b64encode(key).decode() == made["WECHAT_AES_KEY"] + "="
    assert len(base64.b64decode(made["DATA_KEYS"].removeprefix("k1:"))) == 32


def test_two_clones_share_no_secret():
    first, second = demo.fresh_secrets(), demo.fresh_secrets()
    assert not {name for name in first if first[name] == second[name]}


def test_alerts_of_the_demo_go_to_somebody_of_the_simulators_cast(tmp_path):
    """And an older demo, whose file lacks it, gets it at the next start."""
    path = tmp_path / "demo.env"
    demo.write(path, demo.fresh_secrets())
    made = demo.ensure(path, demo.addresses(tmp_path, PORTS))
    state = cast.fresh_state(cast.load(), "verified-service")
    assert state.templates[made["WECHAT_ALERT_TEMPLATE"]].title == "待办工单提醒"
    counselor = next(name for _, name, role in PEOPLE if role == COUNSELOR)
    assert state.fans[made["DEMO_COUNSELOR_OPENID"]].name == counselor


def test_an_incomplete_file_is_filled_and_keeps_the_secrets_it_had(tmp_path):
    path = tmp_path / "demo.env"
    whole = demo.ensure(path, demo.addresses(tmp_path, PORTS))
    path.write_text(f"DATA_KEYS='{whole['DATA_KEYS']}'\nWECHAT_TOKEN=\n")
    again = demo.ensure(path, demo.addresses(tmp_path, PORTS))
    assert again["DATA_KEYS"] == whole["DATA_KEYS"]
    assert again["WECHAT_TOKEN"] not in ("", whole["WECHAT_TOKEN"])
    assert demo.read(path) == again
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_moved_clone_gets_its_new_addresses(tmp_path):
    path = tmp_path / "demo.env"
    demo.ensure(path, demo.addresses(tmp_path / "old", PORTS))
    moved = demo.ensure(path, demo.addresses(tmp_path / "new", {**PORTS, "PORT": 8010}))
    assert moved["DATABASE_URL"] == f"sqlite:///{tmp_path}/new/var/zhengqing.db"
    assert demo.read(path)["PUBLIC_URL"] == "http://127.0.0.1:8010"


def test_an_env_file_is_read_as_a_shell_would(tmp_path):
    path = tmp_path / ".env"
    path.write_text("# a comment\nexport A=1\nB = two words\nC='#not a comment'\nD=3 # a comment\n\nE=a=b\nnonsense\n")
    assert demo.read(path) == {"A": "1", "B": "two words", "C": "#not a comment", "D": "3", "E": "a=b"}

"""The operator's commands that call WeChat."""

from __future__ import annotations

import json

import pytest

from bot import cli
from tests.support.platform import SECRET, TOKEN

MENU = "/cgi-bin/menu/create"


@pytest.fixture
def operator(account, sqlite_url, monkeypatch, capsys, tmp_path):
    """`operator("setup-menu")`: exit code and what was printed."""
    ours = account.model_copy(update={"database_url": sqlite_url, "spool_dir": str(tmp_path / "spool")})
    monkeypatch.setattr("core.config.load", lambda **_: ours)

    def run(*words: str) -> tuple[int, str]:
        code = cli.main(list(words))
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


def test_setup_menu_sets_the_reviewed_menu(operator, platform):
    code, said = operator("setup-menu")
    assert code == 0
    assert "The menu is set." in said
    (call,) = platform.calls(MENU)
    assert "求助" in call["body"]
    assert len(json.loads(call["body"])["button"]) <= 3


def test_setup_menu_twice_fetches_one_token(operator, platform):
    assert [operator("setup-menu")[0] for _ in range(2)] == [0, 0]
    assert len(platform.calls(TOKEN)) == 1


def test_setup_menu_says_what_wechat_refused(operator, platform):
    platform.breaks(MENU, errcode=40018)
    code, said = operator("setup-menu")
    assert code == 1
    assert "40018" in said


def test_setup_menu_says_when_wechat_is_away(operator, platform):
    platform.breaks(TOKEN, "refuse")
    code, said = operator("setup-menu")
    assert code == 2
    assert "WECHAT_API_BASE" in said
    assert SECRET not in said


def test_doctor_calls_wechat_only_when_asked(operator, platform):
    assert operator("doctor")[0] == 0
    assert platform.calls() == []
    assert operator("doctor", "--online")[0] == 0
    assert len(platform.calls()) == 2


@pytest.mark.parametrize(
    ("fault", "mend"),
    [
        ({"errcode": 40164}, "IP白名单"),
        ({"errcode": 40125}, "WECHAT_APPSECRET"),
        ({"kind": "refuse"}, "WECHAT_API_BASE"),
    ],
)
def test_doctor_says_how_to_get_the_token(operator, platform, fault, mend):
    platform.breaks(TOKEN, **fault)
    code, said = operator("doctor", "--online")
    assert code == 1
    assert mend in said
    assert SECRET not in said

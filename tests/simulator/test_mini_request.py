"""wx.request: to the bot's own API and nowhere else."""

from __future__ import annotations

import pytest

from simulator.client import Phone, PhoneProblem
from tests.simulator.bot import Bot


@pytest.fixture
def mini(phone: Phone, lin: dict) -> str:
    return f"/phone/mini/{lin['open_id']}/request"


def test_it_brings_back_status_time_and_json(phone: Phone, mini: str) -> None:
    # The tiny bot answers a GET with the echostr it was sent.
    answer = phone.post(mini, {"method": "GET", "path": "/api/v1/x?echostr=7"})
    assert (answer["status"], answer["body"]) == (200, 7)
    assert answer["ms"] >= 0


def test_what_is_no_json_is_nothing(phone: Phone, mini: str) -> None:
    assert phone.post(mini, {"method": "GET", "path": "/api/v1/x?echostr=x"})["body"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/wechat"),
        ("GET", "/console/"),
        ("GET", "/api/../console/"),
        ("GET", "//evil.example/api/"),
        ("GET", "@evil.example/api/"),
        ("GET", "http://evil.example/api/"),
        ("GET", "/api/x\r\nHost: evil"),
        ("PUT", "/api/v1/x"),
        ("", "/api/v1/x"),
        ("GET", ""),
    ],
)
def test_it_asks_the_bots_api_and_nothing_else(phone: Phone, mini: str, method: str, path: str) -> None:
    with pytest.raises(PhoneProblem, match="/api/"):
        phone.post(mini, {"method": method, "path": path})


def test_a_bot_that_is_not_there_is_told(phone: Phone, mini: str, bot: Bot) -> None:
    bot.close()
    with pytest.raises(PhoneProblem, match="没有应答"):
        phone.post(mini, {"method": "GET", "path": "/api/v1/x"})

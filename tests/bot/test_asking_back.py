"""Asked back over HTTP: phone → bot → outbox → phone (msgmenu), and the tap back; with the simulator as WeChat."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app import create_app
from bench.servers.waiting import wait_until
from core.outbox.models import MESSAGE_MENU, SENT, Delivery
from simulator import actions, server
from simulator.settings import Settings as SimulatorSettings
from simulator.state import Bubble, Fan
from simulator.world import World
from tests.support.doubt import unsure_of
from tests.support.platform import SECRET

UNCLEAR = "那个怎么弄呀那个"
DOUBTS = {UNCLEAR: (("venue", 0.4), ("events", 0.35), ("study", 0.2))}


@dataclass
class Line:
    """A phone, WeChat and the bot, each on a port of its own."""

    app: Flask
    world: World
    fan: Fan

    def says(self, text: str, tapped: str | None = None) -> str:
        """What the account answers at once."""
        before = len(self.heard())
        actions.say(self.world, self.fan, text, tapped)
        wait_until(lambda: len(self.heard()) > before, 30, "an answer")
        return str(self.heard()[-1].text)

    def heard(self) -> list[Bubble]:
        return [each for each in self.world.state.chats.get(self.fan.open_id, []) if each.side == "account"]

    def send_what_is_owed(self) -> None:
        self.app.extensions["engine"].once(["deliveries"])

    def owed(self) -> list[Delivery]:
        with self.app.extensions["parts"].store.database.transaction() as session:
            return session.query(Delivery).filter(Delivery.kind == MESSAGE_MENU).all()


@pytest.fixture
def line(settings: Any, resources: Any, sqlite_url: str, free_port: int, tmp_path: Any, request: Any) -> Iterator[Line]:
    port = free_port
    wechat = SimulatorSettings(
        token=settings.wechat_token,
        aes_key=settings.wechat_aes_key,
        app_id=settings.wechat_appid,
        app_secret=SECRET,
        callback=f"http://127.0.0.1:{port}/wechat",
        profile=getattr(request, "param", "verified-service"),
        api_port=0,
        phone_port=0,
        directory=tmp_path / "simulator",
    )
    running = server.start(wechat)
    ours = {"wechat_api_base": running.world.api_url, "wechat_appsecret": SECRET, "wechat_account_id": ""}
    places = {"database_url": sqlite_url, "spool_dir": str(tmp_path / "spool"), "answer_deadline_s": 4.0}
    own = settings.model_copy(update=ours | places)
    app = create_app(own, background=False, resources=unsure_of(resources, True, **DOUBTS))
    web = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    fan = next(iter(running.world.state.fans.values()))
    line = Line(app, running.world, fan)
    if not fan.subscribed:
        actions.follow(running.world, fan)
        wait_until(lambda: line.heard(), 30, "the welcome")
    yield line
    web.shutdown()
    thread.join(10)
    web.server_close()
    app.extensions["engine"].stop()
    app.extensions["parts"].store.database.close()
    running.stop()


def test_choices_come_to_the_phone_and_a_tap_is_the_answer(line: Line) -> None:
    line.says("你好")
    assert "点一下就行" in line.says(UNCLEAR)
    line.send_what_is_owed()
    menu = line.heard()[-1].msgmenu
    assert menu is not None
    assert [item["id"] for item in menu["items"]] == ["103", "102", "101"]
    chosen = menu["items"][0]
    assert "青春家园" in line.says(chosen["content"], chosen["id"])
    assert [each.state for each in line.owed()] == [SENT]


def test_a_number_answers_as_well(line: Line) -> None:
    line.says(UNCLEAR)
    line.send_what_is_owed()
    assert "青春家园" in line.says("1")


@pytest.mark.parametrize("line", ["personal"], indirect=True)
def test_without_the_right_the_answer_still_says_what_to_do(line: Line) -> None:
    """The setting says yes, the account says 48001: nobody is left with nothing."""
    assert "人工" in line.says(UNCLEAR)
    line.send_what_is_owed()
    assert [each.state for each in line.owed()] == ["needs_human"]
    assert "青春家园" in line.says("1")

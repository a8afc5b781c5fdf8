"""A desk with the phone page on it (手机页): the real simulator, a tiny bot, a browser window; and what a hand does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.servers.waiting import wait_until
from simulator import chat, server
from simulator.settings import Settings
from simulator.state import Fan
from tests.simulator import bot as bots

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 812}
ANSWER_LIMIT_S = 1.0


@dataclass
class Desk:
    """One open page; `running` changes when the simulator is started anew."""

    page: Any
    bot: bots.Bot
    running: server.Running
    settings: Settings
    complaints: list[str] = field(default_factory=list)

    @property
    def world(self) -> Any:
        return self.running.world

    def fan(self, name: str) -> Fan:
        return next(each for each in self.world.state.fans.values() if each.name == name or name in each.aliases)

    def open(self) -> None:
        self.page.goto(self.world.phone_url)
        self.page.locator(".fan").first.wait_for(state="attached")

    def choose(self, name: str) -> None:
        self.page.locator(f'[data-fan="{self.fan(name).open_id}"]').click()
        self.page.locator("#who", has_text=self.fan(name).name).wait_for(state="attached")
        self.page.locator("#screen:not([inert])").wait_for()

    def follow(self) -> None:
        self.page.locator("#follow").click()
        self.page.locator("#composer").wait_for()

    def say(self, text: str) -> None:
        words = self.page.locator("#words")
        if not words.is_visible():
            self.page.get_by_label("切换到键盘").click()
        words.fill(text)
        words.press("Enter")

    def plus(self, tile: str) -> None:
        self.page.locator(".sheet").wait_for(state="detached")
        if not self.page.locator("#plus-panel").is_visible():
            self.page.locator("#plus").click()
        self.page.locator(".plus__tile", has_text=tile).click()

    def answers(self) -> Any:
        return self.page.locator(".row--account")

    def received(self, number: int) -> bots.Received:
        """The bot's n-th message, waiting for it."""
        wait_until(lambda: len(self.bot.received) >= number, 15, f"message {number} to reach the bot")
        return self.bot.received[number - 1]

    def bot_news(self, title: str, url: str) -> None:
        article = (
            f"<ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[{title}]]></Title><Description>三分钟读完"
            f"</Description><PicUrl></PicUrl><Url><![CDATA[{url}]]></Url></item></Articles>"
        )
        self.bot.reply = lambda received: self.bot.sealed(received, bots.reply_xml(received, "news", article))

    def fill_chat(self, name: str, count: int) -> None:
        for number in range(count):
            chat.add(self.world, self.fan(name).open_id, "account", "text", text=f"第 {number} 条，说得稍微长一些。")

    def stop(self) -> None:
        self.running.stop()

    def start_again(self) -> None:
        """On the same port, as an operator would."""
        port = int(self.world.phone_url.rsplit(":", 1)[1])
        self.running = server.start(replace(self.settings, phone_port=port))


@contextmanager
def opened(browser: Any, folder: Path, size: dict[str, int] = DESKTOP, **context_options: Any) -> Iterator[Desk]:
    """A desk on free ports; ends with the proof that the page raised no error of its own."""
    bot = bots.Bot()
    settings = Settings(
        callback=bot.url, api_port=0, phone_port=0, directory=folder, answer_limit_s=ANSWER_LIMIT_S, token=bots.TOKEN
    )
    running = server.start(settings)
    context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", **context_options)
    context.set_default_timeout(60_000)  # a loaded machine is slow; what is not there fails all the same
    desk = Desk(context.new_page(), bot, running, settings)
    desk.page.on("pageerror", lambda error: _note_error(desk, error))
    desk.page.on("console", lambda said: _note_breach(desk, said))
    try:
        desk.open()
        yield desk
    finally:
        context.close()
        desk.stop()
        bot.close()
    assert desk.complaints == [], desk.complaints


def _note_error(desk: Desk, error: Any) -> None:
    """Only what our own scripts raise: Chromium's error page, shown inside a frame, has errors of its own."""
    if f"{desk.world.phone_url}/static/" in (error.stack or ""):
        desk.complaints.append(error.stack)


def _note_breach(desk: Desk, said: Any) -> None:
    """A page that breaks its own content security policy says so on the console."""
    if "Content Security Policy" in said.text and said.location["url"].startswith(desk.world.phone_url):
        desk.complaints.append(said.text)


def follow_as(desk, name):
    """This follower's phone, with the account followed and its welcome read."""
    desk.choose(name)
    desk.follow()
    desk.answers().first.wait_for()


def part(desk, name):
    """A named part of the page."""
    return desk.page.locator(f'[data-part="{name}"]')

"""What lasts on the phone page (手机页): each chat's place and draft, a simulator that goes or starts over."""

import pytest

from bench.servers.waiting import wait_until
from simulator import chat
from tests.simulator.phone_desk import follow_as

pytestmark = pytest.mark.browser


def test_each_chat_remembers_its_place_and_its_draft(desk):
    follow_as(desk, "小雨")
    follow_as(desk, "林晓")
    desk.fill_chat("林晓", 40)
    desk.page.get_by_text("第 39 条").wait_for()
    desk.page.locator("#words").fill("还没写完")
    desk.page.locator("#chat").evaluate("chat => { chat.scrollTop = 200 }")
    desk.choose("小雨")
    desk.page.locator("#who", has_text="小雨").wait_for()
    assert desk.page.locator("#words").input_value() == ""
    desk.choose("林晓")
    desk.page.get_by_text("第 39 条").wait_for()
    assert desk.page.locator("#chat").evaluate("chat => chat.scrollTop") == 200
    assert desk.page.locator("#words").input_value() == "还没写完"


def test_a_long_chat_scrolls_inside_the_screen_only(desk):
    follow_as(desk, "林晓")
    desk.fill_chat("林晓", 40)
    desk.page.get_by_text("第 39 条").wait_for()
    desk.plus("位置")
    desk.page.keyboard.press("Escape")
    assert desk.page.locator("#screen").evaluate("node => [node.scrollTop, node.scrollHeight - node.clientHeight]") == [
        0,
        0,
    ]


def test_new_messages_do_not_pull_a_reader_away(desk):
    follow_as(desk, "林晓")
    desk.fill_chat("林晓", 40)
    desk.page.get_by_text("第 39 条").wait_for()
    desk.page.locator("#chat").evaluate("chat => { chat.scrollTop = 100 }")
    chat.add(desk.world, desk.fan("林晓").open_id, "account", "text", text="新到的一条")
    desk.page.get_by_role("button", name="1 条新消息").click()
    assert desk.page.get_by_text("新到的一条").is_visible()


def test_a_simulator_that_goes_away_is_told_and_comes_back_by_itself(desk):
    follow_as(desk, "林晓")
    desk.stop()
    desk.page.locator("#banner", has_text="模拟器没有应答").wait_for()
    desk.say("别丢了我")
    desk.page.get_by_role("button", name="没有送达，点这里重发").wait_for()
    desk.start_again()
    desk.page.locator("#banner").wait_for(state="hidden")
    desk.page.get_by_role("button", name="没有送达，点这里重发").click()
    desk.answers().nth(1).wait_for()
    assert desk.bot.received[-1].field("Content") == "别丢了我"
    assert desk.page.locator(".bubble", has_text="别丢了我").count() == 1


def test_starting_over_empties_every_chat(desk):
    follow_as(desk, "林晓")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.page.locator("#start-over").click()
    desk.page.locator("#follow").wait_for()
    desk.follow()
    desk.answers().first.wait_for()
    wait_until(lambda: desk.page.locator("#bubbles .notice").count() == 1, 10)

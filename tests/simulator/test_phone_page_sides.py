"""Beside the phone (手机页的两侧): the cast, the platform's knobs, the wire panel."""

import pytest

from bench.servers.waiting import wait_until
from tests.simulator import bot as bots
from tests.simulator.phone_desk import follow_as, part

pytestmark = pytest.mark.browser

WHY = (
    '{"route": "study.list", "intent": "study", "risk": "high", "reasons": ["\\u5173\\u952e\\u8bcd"], "reply_key": "x"}'
)


def test_the_wire_panel_shows_push_signature_reply_and_reasons(desk):
    follow_as(desk, "林晓")
    headers = (("X-Zhengqing-Why", WHY),)
    desk.bot.reply = lambda received: bots.Answer(
        desk.bot.sealed(received, bots.text_xml(received, "专栏在这里")).body, headers=headers
    )
    desk.say("学习专栏")
    part(desk, "reply").get_by_text("专栏在这里").wait_for()
    assert "<Content><![CDATA[学习专栏]]></Content>" in part(desk, "plain").inner_text()
    assert desk.received(2).query["msg_signature"] in part(desk, "url").inner_text()
    assert "<Encrypt>" in part(desk, "wire").text_content()
    assert "200 回复正常" in desk.page.locator(".attempts").inner_text()
    why = desk.page.locator(".why").inner_text()
    assert "study.list" in why
    assert "关键词" in why
    assert desk.page.locator(".risk--high").inner_text() == "高"


def test_a_refused_answer_shows_every_try_and_what_came_back(desk):
    follow_as(desk, "林晓")
    desk.bot.reply = lambda received: bots.Answer(b"<html>oops</html>", 502)
    desk.say("在吗")
    desk.page.get_by_text("该公众号提供的服务出现故障").wait_for()
    desk.page.locator(".attempt--bad").nth(3).wait_for()
    assert desk.page.get_by_text("<html>oops</html>").count() == 4
    assert "502" in desk.page.locator(".wire__problems").inner_text()


def test_choosing_an_older_bubble_shows_its_wire(desk):
    follow_as(desk, "林晓")
    desk.say("第一句")
    desk.page.locator(".row--fan", has_text="第一句").wait_for()
    desk.say("第二句")
    part(desk, "plain").get_by_text("第二句").wait_for()
    desk.page.locator(".row--fan .bubble", has_text="第一句").click()
    part(desk, "plain").get_by_text("第一句").wait_for()
    assert desk.page.locator(".row--fan.is-selected").inner_text().endswith("第一句")


def test_the_mode_knob_changes_what_goes_over_the_wire(desk):
    desk.page.locator('[data-mode="plain"]').click()
    desk.page.locator('[data-mode="plain"][aria-pressed="true"]').wait_for()
    follow_as(desk, "林晓")
    assert "encrypt_type" not in desk.received(1).query


def test_the_account_type_can_be_changed(desk):
    desk.page.get_by_label("账号类型").select_option("personal")
    wait_until(lambda: desk.world.state.profile == "personal", 10)


def test_the_clock_moves_and_comes_back(desk):
    desk.page.get_by_role("button", name="+2 天").click()
    desk.page.locator("#clock-offset", has_text="快 2 天").wait_for()
    desk.page.get_by_role("button", name="复位").click()
    desk.page.locator("#clock-offset", has_text="与真实时间相同").wait_for()


def test_faults_are_listed_and_taken_away(desk):
    desk.page.locator("#knobs summary").click()
    desk.page.get_by_label("出什么事").select_option("html_502")
    desk.page.get_by_label("几次").fill("3")
    desk.page.get_by_role("button", name="加上故障").click()
    desk.page.locator(".faults li", has_text="推送给机器人：502 网页，还剩 3 次").wait_for()
    desk.page.get_by_role("button", name="去掉故障").click()
    desk.page.get_by_text("没有故障，一切正常。").wait_for()
    assert desk.world.faults.listed() == []


def test_the_callback_address_can_be_verified(desk):
    desk.page.locator("#verify").click()
    desk.page.locator("#callback-state", has_text="验证通过").wait_for()


def test_a_new_person_can_be_added_and_holds_the_phone(desk):
    desk.page.get_by_text("添一个人").click()
    desk.page.get_by_label("名字").fill("<b>阿强</b>")
    desk.page.get_by_role("button", name="添加").click()
    desk.page.locator("#who", has_text="<b>阿强</b> 的手机").wait_for()
    assert desk.fan("<b>阿强</b>").subscribed is False


def test_a_dot_marks_who_was_written_to_until_it_is_read(desk):
    follow_as(desk, "小雨")
    desk.choose("林晓")
    desk.fill_chat("小雨", 2)
    face = desk.page.locator(f'[data-fan="{desk.fan("小雨").open_id}"]')
    face.get_by_text("2 条未读").wait_for()
    desk.choose("小雨")
    wait_until(lambda: desk.fan("小雨").unread == 0, 10)
    desk.choose("林晓")
    face.locator(".dot").wait_for(state="detached")

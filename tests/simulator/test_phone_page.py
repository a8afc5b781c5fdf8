"""The phone page (手机页) in a real browser: following, chatting, the menu, the “+” panel, cards and links."""

from pathlib import Path

import pytest

from simulator import chat
from tests.simulator import bot as bots

pytestmark = pytest.mark.browser

MENU = {
    "button": [
        {"name": "求助", "sub_button": [{"type": "click", "name": "找人聊聊", "key": "referral.start"}]},
        {"name": "学习", "type": "click", "key": "study.list", "sub_button": []},
        {"name": "地图", "type": "view", "url": "http://127.0.0.1:9/map", "sub_button": []},
    ]
}


@pytest.fixture
def lin(desk):
    """The desk with 林晓 holding the phone, already following."""
    desk.choose("林晓")
    desk.follow()
    desk.answers().first.wait_for()
    return desk


def test_whoever_does_not_follow_sees_the_card_and_cannot_write(desk):
    assert desk.page.locator("#profile").is_visible()
    assert not desk.page.locator("#composer").is_visible()
    desk.follow()
    desk.answers().get_by_text("你好，我在。").wait_for()
    assert desk.received(1).field("Event") == "subscribe"


def test_a_text_is_answered_and_keeps_its_line_breaks(lin):
    lin.bot.answers("第一行\n\n第三行")
    lin.say("我想报名\n周末的")
    lin.answers().get_by_text("第三行").wait_for()
    assert lin.received(2).field("Content") == "我想报名\n周末的"
    assert lin.page.locator(".row--account .bubble").last.inner_text() == "第一行\n\n第三行"
    assert lin.page.locator("#words").input_value() == ""


def test_enter_inside_an_input_method_does_not_send(lin):
    lin.page.locator("#words").fill("nihao")
    lin.page.locator("#words").dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert lin.page.locator("#words").input_value() == "nihao"
    assert lin.page.locator(".row--fan").count() == 0


def test_what_people_type_is_text_never_html(desk):
    desk.choose("皮皮")
    assert "<script>" in desk.page.locator("#who").inner_text()
    desk.follow()
    desk.bot.answers('<img src=x onerror="window.broken=1"><a href="javascript:window.broken=1">点我</a>')
    desk.say('<img src=x onerror="window.broken=1"><a href="https://example.com">x</a>')
    desk.answers().get_by_text("onerror").wait_for()
    assert desk.page.locator(".bubble img, .bubble a[href^=javascript]").count() == 0
    assert desk.page.evaluate("window.broken") is None


def test_links_and_phone_numbers_in_a_text_can_be_tapped(lin):
    lin.bot.answers('打 12355，有 110 人报名，看 https://example.com/a?b=1。<a href="https://example.com/c">专栏</a>')
    lin.say("你好")
    lin.page.locator(".tap", has_text="专栏").wait_for()
    taps = lin.page.locator(".row--account .tap").evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
    assert taps == ["tel:12355", "https://example.com/a?b=1", "https://example.com/c"]
    lin.page.locator('.tap[href="tel:12355"]').click()
    assert "模拟器不会打电话" in lin.page.get_by_role("dialog").inner_text()


def test_a_card_opens_inside_the_phone_and_escape_leads_back(lin):
    lin.bot_news("青年与十九大", lin.world.phone_url + "/phone/qr/study.list.svg")
    lin.say("学习")
    lin.page.locator(".news__first").click()
    web = lin.page.get_by_role("dialog", name="青年与十九大")
    web.locator("iframe").wait_for()
    assert web.get_by_role("link", name="在新标签页打开").get_attribute("target") == "_blank"
    lin.page.keyboard.press("Escape")
    assert web.count() == 0
    assert lin.page.evaluate("document.activeElement.className") == "news__first"


def test_a_page_nobody_serves_is_explained(lin):
    lin.bot_news("没人管的页面", "http://127.0.0.1:9/nothing")
    lin.say("学习")
    lin.page.locator(".news__first").click()
    lin.page.get_by_text("没有服务在那里应答").wait_for()


def test_menu_buttons_push_click_and_view(lin):
    lin.world.state.menu = MENU
    lin.world.changed()
    lin.page.get_by_role("button", name="求助").click()
    lin.page.get_by_role("button", name="找人聊聊").click()
    assert (lin.received(2).field("Event"), lin.received(2).field("EventKey")) == ("CLICK", "referral.start")
    lin.page.get_by_role("button", name="地图").click()
    assert (lin.received(3).field("Event"), lin.received(3).field("EventKey")) == ("VIEW", "http://127.0.0.1:9/map")
    lin.page.locator(".web__frame").wait_for()


def test_an_open_sub_menu_closes_on_escape(lin):
    lin.world.state.menu = MENU
    lin.world.changed()
    lin.page.get_by_role("button", name="求助").click()
    lin.page.keyboard.press("Escape")
    assert not lin.page.locator(".menu__list").is_visible()
    assert lin.page.evaluate("document.activeElement.innerText").endswith("求助")


def test_a_name_in_a_sub_menu_stands_on_one_line(desk):
    desk.page.set_viewport_size({"width": 375, "height": 812})
    items = [{"type": "click", "name": name, "key": "x"} for name in ("学习", "附近的青春家园", "我的信息和隐私")]
    desk.world.state.menu = {"button": [{"name": name, "sub_button": items} for name in ("学习", "活动", "帮我")]}
    desk.world.changed()
    desk.follow()
    for name in ("活动", "帮我"):
        desk.page.get_by_role("button", name=name, exact=True).click()
        heights = desk.page.locator(".menu__item:visible").evaluate_all("items => items.map(item => item.clientHeight)")
        assert max(heights) - min(heights) <= 1, heights


def test_place_picture_voice_and_link_reach_the_bot(lin):
    lin.plus("位置")
    lin.page.locator(".pick").first.click()
    assert float(lin.received(2).field("Location_X")) == pytest.approx(lin.world.cast.places[0]["latitude"])
    lin.plus("图片")
    lin.page.get_by_role("button", name="发一张示例图片").click()
    assert lin.received(3).field("MsgType") == "image"
    lin.plus("语音")
    lin.page.locator("[name=recognition]").fill("最近的青春家园")
    lin.page.get_by_role("dialog").get_by_role("button", name="发送").click()
    assert lin.received(4).field("Recognition") == "最近的青春家园"
    lin.plus("链接")
    lin.page.locator("[name=title]").fill("好文章")
    lin.page.locator("[name=url]").fill("https://example.com/x")
    lin.page.get_by_role("dialog").get_by_role("button", name="发送").click()
    assert lin.received(5).field("Url") == "https://example.com/x"


def test_sending_from_the_panel_closes_it_and_keeps_the_focus(lin):
    lin.plus("图片")
    lin.page.get_by_role("button", name="发一张示例图片").click()
    lin.page.locator(".sheet").wait_for(state="detached")
    assert not lin.page.locator("#plus-panel").is_visible()
    assert lin.page.evaluate("document.activeElement.id") == "plus"


def test_a_picture_of_ones_own_is_sent(lin, tmp_path: Path):
    lin.plus("图片")
    shot = tmp_path / "mine.png"
    shot.write_bytes(lin.page.screenshot())
    lin.page.locator("#picture-file").set_input_files(shot)
    assert lin.received(2).field("MsgType") == "image"
    lin.page.wait_for_function("() => document.querySelector('.photo')?.naturalWidth === 1024")


def test_a_follower_who_scans_causes_scan(lin):
    lin.plus("扫一扫")
    lin.page.locator(".qr", has_text="study.list").click()
    assert (lin.received(2).field("Event"), lin.received(2).field("EventKey")) == ("SCAN", "study.list")


def test_a_newcomer_who_scans_follows_by_the_code(lin):
    lin.plus("扫一扫")
    lin.page.get_by_label("换一个从没关注过的新朋友来扫").check()
    lin.page.locator(".qr", has_text="study.list").click()
    assert (lin.received(2).field("Event"), lin.received(2).field("EventKey")) == ("subscribe", "qrscene_study.list")
    lin.page.locator("#who", has_text="新朋友1").wait_for()


def test_who_is_not_yet_following_may_follow_by_code(desk):
    desk.page.get_by_role("button", name="扫二维码关注").click()
    desk.page.locator(".qr", has_text="events.list").click()
    assert desk.received(1).field("EventKey") == "qrscene_events.list"


def test_an_item_of_a_message_menu_sends_its_words_and_its_number(lin):
    items = [{"id": "101", "content": "有帮助"}, {"id": "102", "content": "没有帮助"}]
    menu = {"head": "刚才的回答怎么样？", "items": items, "tail": ""}
    chat.add(lin.world, lin.fan("林晓").open_id, "account", "msgmenu", msgmenu=menu)
    lin.page.get_by_role("button", name="没有帮助").click()
    assert (lin.received(2).field("Content"), lin.received(2).field("bizmsgmenuid")) == ("没有帮助", "102")


def test_an_unanswered_message_is_marked_and_can_be_sent_again(lin):
    lin.bot.reply = lambda received: bots.Answer(b"broken", 500)
    lin.say("在吗")
    lin.page.get_by_text("该公众号提供的服务出现故障").wait_for()
    lin.bot.answers("在的。")
    lin.page.get_by_role("button", name="没有送达，点这里重发").click()
    lin.answers().get_by_text("在的。").wait_for()
    assert lin.bot.received[-1].field("Content") == "在吗"


def test_a_time_stamp_stands_only_after_five_minutes(lin):
    stamps = lin.page.locator(".stamp")
    assert stamps.count() == 1
    lin.page.get_by_role("button", name="+1 分").click()
    lin.say("一分钟以后")
    lin.page.locator(".row--fan").first.wait_for()
    assert stamps.count() == 1
    lin.page.get_by_role("button", name="+1 小时").click()
    lin.page.locator("#clock-offset", has_text="快 1 小时").wait_for()
    lin.say("一小时以后")
    lin.page.locator(".row--fan").nth(1).wait_for()
    assert stamps.count() == 2


def test_leaving_the_account_is_asked_once_and_pushed(lin):
    lin.page.get_by_label("公众号资料").click()
    lin.page.get_by_role("button", name="不再关注").click()
    lin.page.get_by_role("dialog").get_by_role("button", name="不再关注").click()
    lin.page.locator("#follow").wait_for()
    assert lin.received(2).field("Event") == "unsubscribe"


def test_a_menu_that_arrives_does_not_take_the_keyboard_away(lin):
    words = lin.page.locator("#words")
    words.press_sequentially("half a wo")
    lin.world.state.menu = MENU
    lin.world.changed()
    lin.page.get_by_role("button", name="切换到菜单").wait_for()
    lin.page.keyboard.type("rd")
    assert words.input_value() == "half a word"


def test_typing_with_nothing_focused_goes_into_the_message(lin):
    lin.world.state.menu = MENU
    lin.world.changed()
    lin.page.evaluate("document.activeElement.blur()")
    lin.page.keyboard.type("hello")
    lin.page.keyboard.press("Enter")
    assert lin.received(2).field("Content") == "hello"

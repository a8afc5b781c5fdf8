"""Customer-service messages: windows by trigger, all types, typing."""

import pytest

SEND = "/cgi-bin/message/custom/send"


def text(fan: dict, content: str = "你好") -> dict:
    return {"touser": fan["open_id"], "msgtype": "text", "text": {"content": content}}


def codes(platform, fan: dict, times: int) -> list[int]:
    return [platform.post(SEND, text(fan))["errcode"] for _ in range(times)]


def close_windows(world, fan: dict) -> None:
    world.state.windows.pop(fan["open_id"], None)


def test_a_message_opens_five_within_48_hours(world, phone, platform, lin):
    close_windows(world, lin)
    phone.act(lin, "say", {"text": "在吗"})
    assert codes(platform, lin, 6) == [0] * 5 + [45047]
    world.clock.advance(48 * 3600 + 1)
    platform.renew_token()
    assert codes(platform, lin, 1) == [45015]
    phone.act(lin, "say", {"text": "又来了"})
    assert codes(platform, lin, 1) == [0]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("tap", {"key": "venues.ask"}),
        ("scan", {"scene": "study.list"}),
        ("say", {"text": "1", "bizmsgmenuid": "101"}),
        ("event", {"event": "scancode_waitmsg"}),
    ],
)
def test_a_tap_or_a_scan_opens_three_within_one_minute(world, phone, platform, lin, verb, body):
    close_windows(world, lin)
    phone.act(lin, verb, body)
    assert codes(platform, lin, 4) == [0] * 3 + [45047]
    phone.act(lin, verb, body)
    world.clock.advance(61)
    assert codes(platform, lin, 1) == [45015]


@pytest.mark.parametrize(("verb", "body"), [("tap", {"url": "http://a.example/"}), ("event", {"event": "LOCATION"})])
def test_a_view_or_a_location_report_opens_nothing(world, phone, platform, lin, verb, body):
    close_windows(world, lin)
    phone.act(lin, verb, body)
    assert codes(platform, lin, 1) == [45015]


def test_following_opens_three_within_one_minute(platform, lin):
    assert codes(platform, lin, 4) == [0] * 3 + [45047]


def test_allowances_do_not_add_up(world, phone, platform, lin):
    close_windows(world, lin)
    phone.act(lin, "tap", {"key": "menu"})
    phone.act(lin, "say", {"text": "在吗"})
    assert codes(platform, lin, 6) == [0] * 5 + [45047]


def test_after_leaving_nothing_can_be_sent(phone, platform, lin):
    phone.act(lin, "say", {"text": "再见"})
    phone.act(lin, "unfollow", {})
    assert codes(platform, lin, 1) == [45015]


def test_what_was_sent_stands_in_the_chat(phone, platform, lin):
    platform.post(SEND, text(lin, "志愿者今天下午集合"))
    bubble = phone.get(f"/phone/chats/{lin['open_id']}?after=0")["bubbles"][-1]
    assert (bubble["side"], bubble["text"]) == ("account", "志愿者今天下午集合")


def test_a_menu_message_can_be_tapped(phone, platform, bot, lin):
    menu = {"head_content": "满意吗", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}
    body = {"touser": lin["open_id"], "msgtype": "msgmenu", "msgmenu": menu}
    assert platform.post(SEND, body)["errcode"] == 0
    bubble = phone.get(f"/phone/chats/{lin['open_id']}?after=0")["bubbles"][-1]
    assert bubble["msgmenu"] == {"head": "满意吗", "items": [{"id": "1", "content": "满意"}], "tail": "谢谢"}
    phone.act(lin, "say", {"text": "满意", "bizmsgmenuid": "1"})
    assert (bot.received[-1].field("Content"), bot.received[-1].field("bizmsgmenuid")) == ("满意", "1")


def test_media_news_and_mini_program_pages_are_shown(phone, platform, lin):
    media_id = platform.upload("/cgi-bin/media/upload", "image", "a.png", b"png")["media_id"]
    article = {"title": "题", "description": "述", "url": "http://u.example/", "picurl": ""}
    parts = {
        "image": {"media_id": media_id},
        "news": {"articles": [article]},
        "miniprogrampage": {"title": "小程序", "appid": "wx1", "pagepath": "pages/index", "thumb_media_id": "t"},
    }
    for kind, part in parts.items():
        phone.act(lin, "say", {"text": "开窗"})
        assert platform.post(SEND, {"touser": lin["open_id"], "msgtype": kind, kind: part})["errcode"] == 0
    kinds = [each["kind"] for each in phone.get(f"/phone/chats/{lin['open_id']}?after=0")["bubbles"]]
    assert {"image", "news", "miniprogram"} <= set(kinds)


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"touser": "oNobody"}, 40003),
        ({"msgtype": "sticker"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"text": {"content": "字" * 700}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "gone"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
        ({"msgtype": "mpnews", "mpnews": {"media_id": "gone"}}, 40007),
    ],
)
def test_what_is_wrong_gets_its_code(platform, lin, body, errcode):
    assert platform.post(SEND, text(lin) | body)["errcode"] == errcode


def test_the_mini_program_sends_only_four_types_and_in_its_own_windows(phone, platform, lin):
    platform.use_mini()
    fan_id = phone.post(f"/phone/mini/{lin['open_id']}/login", {})["openid"]
    message = {"touser": fan_id, "msgtype": "text", "text": {"content": "小程序客服"}}
    assert platform.post(SEND, message)["errcode"] == 45015
    phone.post(f"/phone/mini/{lin['open_id']}/enter", {"session_from": "index"})
    assert [platform.post(SEND, message)["errcode"] for _ in range(3)] == [0, 0, 45047]
    phone.post(f"/phone/mini/{lin['open_id']}/say", {"text": "你好"})
    assert [platform.post(SEND, message)["errcode"] for _ in range(6)] == [0] * 5 + [45047]
    assert platform.post(SEND, message | {"msgtype": "news", "news": {}})["errcode"] == 40008


def test_typing_needs_a_message_within_thirty_seconds(world, phone, platform, lin):
    body = {"touser": lin["open_id"], "command": "Typing"}
    path = "/cgi-bin/message/custom/typing"
    assert platform.post(path, body)["errcode"] == 45080
    phone.act(lin, "say", {"text": "在吗"})
    assert platform.post(path, body)["errcode"] == 0
    assert platform.post(path, body)["errcode"] == 45081
    assert platform.post(path, body | {"command": "CancelTyping"})["errcode"] == 0
    assert platform.post(path, body | {"command": "Sing"})["errcode"] == 45072
    world.clock.advance(31)
    assert platform.post(path, body)["errcode"] == 45080

"""XML from outside: what is no push is refused with 400, and the header is read with care (reliability section 3)."""

import pytest

from bot.envelope import Refused, read_message
from bot.xml_in import parse
from core.messages import Text, Unknown
from tests.support.pushes import event_xml, message_xml, text_xml

GOOD = text_xml("oA", "你好")


def refusal(body: str | bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_message(body) if isinstance(body, str) else parse(body)
    assert caught.value.status == 400
    return caught.value.reason


def swapped(name: str, value: str) -> str:
    """A push with this written in place of a header element."""
    start, end = GOOD.index(f"<{name}>"), GOOD.index(f"</{name}>") + len(name) + 3
    return GOOD[:start] + value + GOOD[end:]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BROKEN = {
    "nothing": "",
    "words": "hello",
    "json": '{"MsgType": "text"}',
    "html": "<html><body>x</body></html>",
    "wrong root": GOOD.replace("xml>", "message>"),
    "longer root": GOOD.replace("xml>", "xmls>"),
    "root in capitals": GOOD.replace("xml>", "XML>"),
    "namespace": GOOD.replace("<xml>", '<xml xmlns="urn:x">', 1),
    "empty root": "<xml></xml>",
    "blank root": "<xml> \n </xml>",
    "bare text": "<xml>hello</xml>",
    "cut off": GOOD[:-7],
    "two roots": GOOD + GOOD,
    "doctype": "<!DOCTYPE xml>" + GOOD,
    "doctype after a comment": "<!-- x --><!DOCTYPE xml>" + GOOD,
    "doctype inside": GOOD.replace("<Content>", "<!DOCTYPE xml><Content>"),
    "billion laughs": f'<!DOCTYPE xml [<!ENTITY l0 "lol">{LAUGHS}]>' + GOOD.replace("<![CDATA[你好]]>", "&l9;"),
    "external entity": '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    + GOOD.replace("<![CDATA[你好]]>", "&x;"),
    "unknown entity": GOOD.replace("<![CDATA[你好]]>", "&x;"),
    "reference to nul": GOOD.replace("<![CDATA[你好]]>", "&#0;"),
    "reference to a control character": GOOD.replace("<![CDATA[你好]]>", "&#x1f;"),
    "reference to a surrogate": GOOD.replace("<![CDATA[你好]]>", "&#xD83D;&#xDE00;"),
    "lone surrogate": GOOD.replace("你", "\ud83d"),
    "deep": GOOD.replace("<Content>", "<a>" * 5000 + "</a>" * 5000 + "<Content>"),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_push_is_refused(body):
    refusal(body)


@pytest.mark.parametrize(
    "body", [GOOD.encode("gbk"), GOOD.encode("utf-16"), b"\xff\xfe", b"<xml>\xed\xa0\x80</xml>", b"\x80"]
)
def test_what_is_not_utf_8_is_refused(body):
    assert refusal(body) == "bad_encoding"


def test_an_entity_bomb_never_reaches_the_parser():
    assert refusal(BROKEN["billion laughs"]) == "not_xml"
    assert refusal(BROKEN["external entity"]) == "not_xml"


def test_a_person_may_write_about_doctypes():
    assert read_message(text_xml("oA", "<!DOCTYPE html> &lol; <!ENTITY")).text == "<!DOCTYPE html> &lol; <!ENTITY"


@pytest.mark.parametrize(
    "prolog", ["\ufeff", "\n", '<?xml version="1.0" encoding="GBK"?>\n', "\ufeff<?xml version='1.0'?>"]
)
def test_a_byte_order_mark_or_declaration_does_no_harm(prolog):
    assert read_message(prolog + GOOD).text == "你好"
    assert parse((prolog + GOOD).encode()).text("Content") == "你好"


def test_control_characters_that_a_phone_pasted_are_left_out_and_the_rest_is_read():
    message = read_message(GOOD.replace("你好", "我\x00不想\x08活了\x1f\ufffe"))
    assert message.text == "我不想活了"
    assert "\x08" in message.raw
    assert read_message(GOOD.replace("<![CDATA[你好]]>", "a&#x85;b&#x7f;c\n\td")).text == "abc\n\td"


def test_emoji_direction_marks_and_zero_width_characters_arrive_as_written():
    text = "👩‍👩‍👧 \u202eabc\u200b /::) [微笑]\n𠮷"
    assert read_message(text_xml("oA", text)).text == text


@pytest.mark.parametrize("name", ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "EventKey"])
@pytest.mark.parametrize("shape", ["<{0}>1</{0}><{0}>1</{0}>", "<{0}><b>1</b></{0}>"])
def test_a_header_field_that_is_repeated_or_nested_is_refused(name, shape):
    xml = event_xml("oA", "CLICK", "k") if name.startswith("Event") else GOOD
    extra = shape.format(name)
    start, end = xml.index(f"<{name}>"), xml.index(f"</{name}>") + len(name) + 3
    assert refusal(xml[:start] + extra + xml[end:]) in {"repeated_tag", "nested_tag"}


@pytest.mark.parametrize("name", ["ToUserName", "FromUserName", "CreateTime"])
@pytest.mark.parametrize("shape", ["", "<{0}/>", "<{0}><![CDATA[ ]]></{0}>"])
def test_a_message_without_its_header_is_refused(name, shape):
    assert refusal(swapped(name, shape.format(name))) == "missing_tag"


def test_an_event_without_a_name_is_refused():
    assert refusal(message_xml("oA", "event", "<EventKey>k</EventKey>")) == "missing_tag"


@pytest.mark.parametrize(
    "value", ["abc", "-1", "1.5", "1e9", "１２", "9" * 5000, "99999999999", "4133980800", "+1", "0x1"]
)
def test_an_absurd_time_is_refused(value):
    assert refusal(swapped("CreateTime", f"<CreateTime>{value}</CreateTime>")) == "bad_header"


@pytest.mark.parametrize("name", ["ToUserName", "FromUserName", "MsgType", "MsgId"])
def test_an_over_long_header_is_refused(name):
    assert refusal(swapped(name, f"<{name}>{'9' * 129}</{name}>")) == "bad_header"


def test_the_health_check_of_cloud_hosting_is_unknown_and_about_nobody():
    message = read_message("<xml><action>CheckContainerPath</action></xml>")
    assert (message.body, message.open_id, message.text) == (Unknown("CheckContainerPath"), "", "")


def test_a_push_with_neither_type_nor_action_is_refused():
    assert refusal(swapped("MsgType", "")) == "missing_tag"


def test_a_message_id_is_kept_as_text():
    for number in ("23456789012345678", "18446744073709551615", "6f3a9c_1700000000", "007"):
        message = read_message(text_xml("oA", "hi", number))
        assert message.message_id == number
        assert message.identity.endswith(number)


@pytest.mark.parametrize("number", [None, "", "0", "000", " "])
def test_messages_without_a_number_are_told_apart_by_what_they_say(number):
    first, again, other = (read_message(text_xml("oA", text, number)) for text in ("一", "一", "二"))
    assert (first.message_id, first.body) == ("", Text("一"))
    assert first.identity == again.identity != other.identity


def test_events_of_one_second_are_told_apart():
    privacy = "<OpenID>{}</OpenID>"
    pushes = [
        event_xml("oA", "CLICK", "a"),
        event_xml("oA", "CLICK", "b"),
        event_xml("oB", "CLICK", "a"),
        event_xml("oA", "VIEW", "a"),
        event_xml("oA", "CLICK", "a", created_at=1700000001),
        event_xml("oPlatform", "user_authorization_revoke", own=privacy.format("oA")),
        event_xml("oPlatform", "user_authorization_revoke", own=privacy.format("oB")),
        *[event_xml("oP", "wxa_media_check", own=f"<trace_id>{n}</trace_id><isrisky>0</isrisky>") for n in range(2)],
        *[event_xml("oA", "TEMPLATESENDJOBFINISH", own=f"<MsgID>{n}</MsgID>") for n in range(2)],
        *[event_xml("oP", "MASSSENDJOBFINISH", own=f"<MsgID>{n}</MsgID>") for n in range(2)],
        *[
            event_xml(
                "oP", "PUBLISHJOBFINISH", own=f"<PublishEventInfo><publish_id>{n}</publish_id></PublishEventInfo>"
            )
            for n in range(2)
        ],
        *[
            event_xml(
                "oA",
                "subscribe_msg_sent_event",
                own=f"<SubscribeMsgSentEvent><List><MsgID>{n}</MsgID></List></SubscribeMsgSentEvent>",
            )
            for n in range(2)
        ],
    ]
    assert len({read_message(xml).identity for xml in pushes}) == len(pushes)


def test_the_name_of_an_event_does_not_split_its_identity():
    assert read_message(event_xml("oA", "CLICK", "a")).identity == read_message(event_xml("oA", "click", "a")).identity

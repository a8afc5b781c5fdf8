"""Passive replies: what WeChat would accept, cut, or refuse."""

import pytest

from simulator import envelope, replies
from simulator.replies import Asked
from tests.simulator.bot import APP_ID, KEY, TOKEN

FAN, ACCOUNT = "oFan", "gh_account"


def asked(kind: str = "text", mode: str = "plain", answerable: bool = True) -> Asked:
    return Asked(kind, FAN, ACCOUNT, mode, KEY, TOKEN, APP_ID, answerable, lambda media_id: media_id == "known")


def xml(kind: str, inside: str, **changed: str) -> str:
    head = {"ToUserName": FAN, "FromUserName": ACCOUNT, "CreateTime": "1700000000", "MsgType": kind} | changed
    return "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in head.items()) + inside + "</xml>"


def text(content: str, **changed: str) -> str:
    return xml("text", f"<Content><![CDATA[{content}]]></Content>", **changed)


def news(count: int, said: int | None = None) -> str:
    item = "<item><Title>题</Title><Description>述</Description><PicUrl>http://p/1</PicUrl><Url>http://u/1</Url></item>"
    return xml(
        "news", f"<ArticleCount>{count if said is None else said}</ArticleCount><Articles>{item * count}</Articles>"
    )


def sealed(message: str, token: str = TOKEN, key: str = KEY, app_id: str = APP_ID, stamp: str = "17") -> str:
    encrypted = envelope.seal(message.encode(), key, app_id)
    signature = envelope.sign(token, stamp, "n", encrypted)
    return (
        f"<xml><Encrypt>{encrypted}</Encrypt><MsgSignature>{signature}</MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp><Nonce>n</Nonce></xml>"
    )


@pytest.mark.parametrize("body", ["", "success", " success\n"])
def test_nothing_to_show(body):
    assert replies.judge(body.encode(), asked()).verdict == "empty"


def test_a_text_at_the_byte_limit_passes_and_one_byte_more_does_not():
    assert replies.judge(text("a" * 2048).encode(), asked()).verdict == "ok"
    assert replies.judge(text("a" * 2049).encode(), asked()).verdict == "bad_reply"
    assert replies.judge(text("字" * 683).encode(), asked()).verdict == "bad_reply"


@pytest.mark.parametrize(
    "body",
    [
        '{"errcode":0}',
        "<html><h1>502",
        "ok",
        "<xml><Content>半",
        "<reply></reply>",
        '<!DOCTYPE xml [<!ENTITY a "b">]>' + text("好"),
        text("好", ToUserName=ACCOUNT, FromUserName=FAN),
        text("好", FromUserName="gh_somebody"),
        text("好", CreateTime="now"),
        text("好", CreateTime=""),
        text("好", CreateTime="１７"),
        text(""),
        xml("sticker", ""),
        xml("", ""),
        xml("image", "<Image><MediaId>unknown</MediaId></Image>"),
        xml("music", ""),
        news(2, said=1),
        news(0),
    ],
)
def test_what_wechat_would_not_accept(body):
    seen = replies.judge(body.encode(), asked())
    assert (seen.verdict, seen.bubble) == ("bad_reply", None)
    assert seen.problems


def test_control_characters_make_the_answer_ill_formed():
    assert replies.judge(text("响\x07铃").encode(), asked()).verdict == "bad_reply"


@pytest.mark.parametrize("kind", ["text", "image", "voice", "video", "location"])
def test_an_answer_to_a_message_shows_one_article(kind):
    seen = replies.judge(news(3).encode(), asked(kind))
    assert len(seen.bubble["articles"]) == 1
    assert "3" in seen.problems[0]


def test_an_answer_to_an_event_shows_up_to_eight():
    assert len(replies.judge(news(9).encode(), asked("event:CLICK")).bubble["articles"]) == 8


def test_an_answer_to_an_event_nobody_sees_is_pointed_out():
    seen = replies.judge(text("再见").encode(), asked("event:unsubscribe", answerable=False))
    assert (seen.verdict, seen.bubble) == ("ok", None)
    assert "unsubscribe" in seen.problems[0]


def test_safe_mode_takes_only_the_envelope_and_plain_mode_only_plain():
    assert replies.judge(sealed(text("好")).encode(), asked(mode="safe")).verdict == "ok"
    assert replies.judge(text("好").encode(), asked(mode="safe")).verdict == "bad_reply"
    assert replies.judge(sealed(text("好")).encode(), asked(mode="plain")).verdict == "bad_reply"


def test_compatible_mode_takes_either():
    for body in (text("好"), sealed(text("好"))):
        assert replies.judge(body.encode(), asked(mode="compatible")).verdict == "ok"


@pytest.mark.parametrize("spoil", [{"token": "wrong"}, {"key": KEY[::-1]}, {"app_id": "wx1"}, {"stamp": "soon"}])
def test_an_envelope_with_one_thing_wrong_is_refused(spoil):
    assert replies.judge(sealed(text("好"), **spoil).encode(), asked(mode="safe")).verdict == "bad_reply"


def test_known_media_a_song_and_a_human_are_shown():
    image = replies.judge(xml("image", "<Image><MediaId>known</MediaId></Image>").encode(), asked())
    assert image.bubble["image_url"] == "/phone/media/known"
    song = xml("music", "<Music><Title>歌</Title><MusicUrl>http://m/1</MusicUrl></Music>")
    assert replies.judge(song.encode(), asked()).bubble["articles"][0]["url"] == "http://m/1"
    human = replies.judge(xml("transfer_customer_service", "").encode(), asked())
    assert human.bubble["side"] == "notice"

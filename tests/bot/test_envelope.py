"""The envelope opens what WeChat sends and seals what WeChat can open (platform A1–A3, C)."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from bot.envelope import Envelope, Opened, Query
from core.config import Settings
from core.messages import Article, InboundMessage, NewsReply, NoReply, Text, TextReply
from tests.support.accounts import AES_KEY, OLD_AES_KEY, account
from tests.support.pushes import encrypt, event_xml, opened_reply, push, query, reply_fields, sign, text_xml

NOW = datetime.fromtimestamp(1700000001, UTC)
XML = (
    "<xml><ToUserName><![CDATA[gh_sim]]></ToUserName><FromUserName><![CDATA[oSimUser1]]></FromUserName>"
    "<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[你好]]></Content><MsgId>23456789012345678</MsgId></xml>"
)
ENCRYPTED = (
    "VRNpBuxkV+IiI3SrzPWMxMPfz/wjlBZHxdVeMDslhkNkABqXgyblZDWviLZfYbnycYOqklMW1AJLZvtFqr9yQfbDagpIA8+9I7Ik1fHqFt2i"
    "UcjDI+M88mfHI4DD+b02wFEeDSpMI4xSi7FCx2JNHl4XbQGvz2VXRkt026gXKDNw8yMmMPVUAH+YaZ/GZwwzbc3HzEtZQKO+Im5CO6elSPKg"
    "LrTafyRAMJHkTXPsrBfsJxDddKcufpScBMlVKweOLLMQYFEvd4sLFxjcQDCi12/QGAJi+WnxmBVN14+S0Z6LG4gUOvDKmcHsFo26q5oZo+5J"
    "VDXHalqXlS3fd7L1V9PM56IuBdKewjM9xvWMYiBxAUCWpO/6GN5iip9IVdGM"
)
EXAMPLE = [
    ("signature", "2cc66029cfa191fc5c7cf792b1b9dc1699cafed2"),
    ("timestamp", "1700000001"),
    ("nonce", "998877"),
    ("encrypt_type", "aes"),
    ("msg_signature", "d6bfe1fd090d6bbec5538d2128a8190d31107be9"),
    ("openid", "oSimUser1"),
]


def opened(settings: Settings, pushed: tuple[str, bytes], now: datetime = NOW) -> Opened:
    return Envelope(settings).open(Query.parse(parse_qsl(pushed[0])), pushed[1], now)


def safe_body(encrypted: str) -> bytes:
    return f"<xml><ToUserName>gh_sim</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def test_the_platforms_worked_example_opens():
    found = Envelope(account()).open(Query.parse(EXAMPLE), safe_body(ENCRYPTED), NOW)
    assert found.message == InboundMessage("oSimUser1", "gh_sim", 1700000000, "23456789012345678", Text("你好"), XML)
    assert (found.aes_key, found.nonce) == (account().aes_keys[0], "998877")


def test_the_test_pushes_are_made_as_the_worked_example():
    made = encrypt(account().aes_keys[0], "wx0123456789abcdef", XML, prefix=b"0123456789abcdef")
    assert made == ENCRYPTED
    assert sign("simtoken2026", "1700000001", "998877", made) == dict(EXAMPLE)["msg_signature"]


def test_the_url_is_verified_by_its_plain_signature():
    pairs = [*EXAMPLE[:3], ("echostr", "5948121234567890")]
    for mode in ("safe", "compatible", "plain"):
        assert Envelope(account(mode)).verify_url(Query.parse(pairs)) == "5948121234567890"


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
def test_every_mode_opens_its_push_and_seals_a_reply_the_sender_can_read(mode):
    settings = account(mode)
    found = opened(settings, push(settings, text_xml("oA", "你好 👋🏽"), mode, timestamp=1700000001))
    reply = opened_reply(settings, Envelope(settings).seal(found, TextReply("hello", "你好呀"), 1700000002))
    assert found.message.text == "你好 👋🏽"
    assert reply_fields(reply) == {
        "ToUserName": "oA",
        "FromUserName": found.message.account_id,
        "CreateTime": "1700000002",
        "MsgType": "text",
        "Content": "你好呀",
    }


def test_wechatpy_opens_what_we_seal():
    settings = account()
    sealed = Envelope(settings).seal(opened(settings, push(settings, XML)), TextReply("k", "在的"), 1700000003)
    envelope = reply_fields(sealed)
    crypto = WeChatCrypto("simtoken2026", AES_KEY, "wx0123456789abcdef")
    plain = crypto.decrypt_message(sealed, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"])
    assert ElementTree.fromstring(plain).findtext("Content") == "在的"
    assert (envelope["TimeStamp"], envelope["Nonce"]) == ("1700000003", "998877")


def test_we_open_what_wechatpy_seals():
    settings = account()
    crypto = WeChatCrypto("simtoken2026", AES_KEY, "wx0123456789abcdef")
    envelope = reply_fields(crypto.encrypt_message(XML, "998877", "1700000001"))
    pairs = [*EXAMPLE[:4], ("msg_signature", envelope["MsgSignature"])]
    check_signature("simtoken2026", EXAMPLE[0][1], "1700000001", "998877")
    assert Envelope(settings).open(Query.parse(pairs), safe_body(envelope["Encrypt"]), NOW).message.text == "你好"


def test_both_keys_of_a_switch_over_open_and_the_answer_uses_the_one_that_did():
    settings = account(wechat_aes_key_previous=OLD_AES_KEY)
    for key in settings.aes_keys:
        found = opened(settings, push(settings, XML, key=key))
        sealed = Envelope(settings).seal(found, TextReply("k", "好"), 1700000003)
        assert reply_fields(opened_reply(settings, sealed, key))["Content"] == "好"


@pytest.mark.parametrize("last", ["M", "N", "O", "P"])
def test_a_key_whose_43rd_character_has_spare_bits_works(last):
    settings = account(wechat_aes_key=AES_KEY[:42] + last)
    assert opened(settings, push(settings, XML)).message.text == "你好"


def test_an_old_push_that_is_well_signed_opens_in_safe_mode():
    settings = account()
    assert opened(settings, push(settings, XML, timestamp=1600000000)).message.message_id == "23456789012345678"


def test_a_repeat_gets_the_same_plain_reply():
    settings = account()
    found = opened(settings, push(settings, XML))
    first, second = (Envelope(settings).seal(found, TextReply("k", "好"), 1700000003) for _ in range(2))
    assert opened_reply(settings, first) == opened_reply(settings, second)
    # The random prefix must differ, or equal replies would show as equal.
    assert first != second


def test_in_compatible_mode_only_the_encrypted_half_is_read():
    settings = account("compatible")
    pairs, body = push(settings, text_xml("oVictim", "真的"), "compatible")
    forged = body.replace("真的".encode(), "假的".encode()).replace(b"oVictim", b"oForger")
    found = opened(settings, (pairs, forged))
    assert (found.message.text, found.message.open_id) == ("真的", "oVictim")
    assert "假的" not in found.message.raw


def test_an_encrypted_push_opens_in_plain_mode_while_the_mode_is_being_changed():
    settings = account("plain")
    found = opened(settings, push(settings, XML, "compatible", timestamp=1700000001))
    assert found.aes_key == settings.aes_keys[0]


def test_nothing_owed_is_the_bare_word_success_in_every_mode():
    for mode in ("safe", "compatible", "plain"):
        settings = account(mode)
        found = opened(settings, push(settings, XML, mode, timestamp=1700000001))
        assert Envelope(settings).seal(found, NoReply(), 1700000003) == b"success"


def test_nobody_is_answered_when_the_push_is_about_nobody():
    settings = account("plain")
    check = "<xml><action>CheckContainerPath</action></xml>"
    found = opened(settings, push(settings, check, "plain", timestamp=1700000001))
    assert Envelope(settings).seal(found, TextReply("k", "你好"), 1700000003) == b"success"


@pytest.mark.parametrize(
    ("xml", "shown"), [(XML, 1), (event_xml("oA", "CLICK", "study"), 8), (event_xml("oA", "debug_demo"), 1)]
)
def test_a_message_is_answered_by_one_article_and_an_event_by_eight(xml, shown):
    settings = account()
    articles = tuple(Article(f"第{n}讲", "", f"https://example.org/{n}") for n in range(10))
    sealed = Envelope(settings).seal(opened(settings, push(settings, xml)), NewsReply("k", articles), 1700000003)
    root = ElementTree.fromstring(opened_reply(settings, sealed))
    assert root.findtext("ArticleCount") == str(shown)
    assert len(root.findall("Articles/item")) == shown


def test_a_query_needs_no_openid_and_ignores_it():
    settings = account()
    pairs, body = push(settings, XML)
    found = opened(settings, (pairs + "&openid=oForger&openid=oOther", body))
    assert found.message.open_id == "oSimUser1"


def test_the_query_helper_signs_what_it_names():
    assert dict(parse_qsl(query(account(), "1700000001", "998877", ENCRYPTED))) == dict(EXAMPLE[:5])

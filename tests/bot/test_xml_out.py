"""Replies are well-formed and within WeChat's limits, whatever text goes in (platform C, F2.6)."""

from xml.etree import ElementTree

import pytest

from bot.xml_out import cdata, envelope, render
from core.messages import Article, NewsReply, NoReply, TextReply

INJECTION = "]]></Content><MsgType><![CDATA[news]]></MsgType><Content><![CDATA["


def content(text: str) -> str:
    root = ElementTree.fromstring(render(TextReply("k", text), "oA", "gh_us", 1700000000))
    assert [child.tag for child in root] == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
    return root.findtext("Content") or ""


def test_a_text_goes_back_to_whom_it_came_from():
    assert render(TextReply("k", "你好"), "oA", "gh_us", 1700000000) == (
        "<xml><ToUserName><![CDATA[oA]]></ToUserName><FromUserName><![CDATA[gh_us]]></FromUserName>"
        "<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        "<Content><![CDATA[你好]]></Content></xml>"
    )


@pytest.mark.parametrize("text", [INJECTION, "]]>", "]]]>", "]]>]]>", "]]\x00>", "]]\ud800>", "<b>&amp;", "&#93;]>"])
def test_no_text_leaves_its_cdata(text):
    assert content(text) == text.replace("\x00", "").replace("\ud800", "")


def test_no_name_or_address_leaves_its_cdata():
    root = ElementTree.fromstring(render(TextReply("k", "x"), INJECTION, INJECTION, 1))
    assert (root.findtext("ToUserName"), root.findtext("FromUserName"), len(root)) == (INJECTION, INJECTION, 5)
    article = Article(INJECTION, INJECTION, INJECTION, INJECTION)
    item = ElementTree.fromstring(render(NewsReply("k", (article,)), "oA", "gh_us", 1)).find("Articles/item")
    assert item is not None
    assert [child.text for child in item] == [INJECTION] * 4


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x00b\x08c\x1fd", "abcd"),
        ("a\ud83db", "ab"),
        ("a\ufffeb\uffffc", "abc"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("👋🏽𠮷", "👋🏽𠮷"),
    ],
)
def test_what_xml_cannot_carry_is_left_out(text, seen):
    assert content(text) == seen


def test_a_text_of_2048_bytes_is_whole_and_a_longer_one_is_cut():
    assert content("好" * 682 + "ab") == "好" * 682 + "ab"
    assert content("好" * 683) == "好" * 681 + "…"


def test_splitting_cdata_does_not_count_as_content():
    assert content("]]>" * 682) == "]]>" * 682


def test_news_carries_every_field_of_every_article():
    articles = (Article("第一讲", "说明", "https://example.org/1", "https://example.org/1.png"), Article("二", "", "u"))
    root = ElementTree.fromstring(render(NewsReply("k", articles), "oA", "gh_us", 1))
    assert (root.findtext("MsgType"), root.findtext("ArticleCount")) == ("news", "2")
    assert [[(field.tag, field.text or "") for field in item] for item in root.findall("Articles/item")] == [
        [("Title", "第一讲"), ("Description", "说明"), ("PicUrl", articles[0].pic_url), ("Url", articles[0].url)],
        [("Title", "二"), ("Description", ""), ("PicUrl", ""), ("Url", "u")],
    ]


@pytest.mark.parametrize("reply", [NoReply(), TextReply("k", ""), TextReply("k", " \n\x00"), NewsReply("k", ())])
def test_what_wechat_would_show_as_an_outage_is_answered_success(reply):
    assert render(reply, "oA", "gh_us", 1) == "success"


def test_the_encrypted_reply_has_the_four_fields_of_the_platform():
    assert envelope("RU5D", "abc", 1700000000, "99") == (
        "<xml><Encrypt><![CDATA[RU5D]]></Encrypt><MsgSignature><![CDATA[abc]]></MsgSignature>"
        "<TimeStamp>1700000000</TimeStamp><Nonce><![CDATA[99]]></Nonce></xml>"
    )


def test_a_nonce_from_outside_cannot_break_the_envelope():
    assert ElementTree.fromstring(envelope("RU5D", "abc", 1, "]]><x/>")).findtext("Nonce") == "]]><x/>"
    assert cdata("") == "<![CDATA[]]>"

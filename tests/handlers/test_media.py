"""Pictures, voices, videos, files, links: honest answers (图片、语音 …)."""

from __future__ import annotations

import pytest

from core.messages import Body, File, Image, Link, MiniProgramPage, ShortVideo, TextReply, Video, Voice
from tests.support.people import Person


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (Image("http://example.org/p.jpg", "m1"), "media.picture"),
        (Voice("m2", "amr"), "media.voice"),
        (Video("m3", "t3"), "media.video"),
        (ShortVideo("m4", "t4"), "media.video"),
        (File("作业.pdf", "", "k", "0" * 32, 10), "media.file"),
        (Link("", "", "https://example.org/"), "media.link"),
        (MiniProgramPage("页面", "wx0", "pages/index", "", ""), "media.link"),
    ],
)
def test_what_cannot_be_read_is_said_with_numbers_and_a_way_on(lin: Person, body: Body, key: str) -> None:
    reply = lin.sends(body)
    assert reply.key == key
    assert isinstance(reply, TextReply)
    assert "12356" in reply.text
    assert "文字" in reply.text


def test_a_picture_does_not_end_the_dialogue(lin: Person) -> None:
    lin.says("找老师")
    lin.sends(Image("http://example.org/p.jpg", "m1"))
    assert lin.says("1").key == "referrals.ask_topic"


def test_a_recognised_voice_is_read_as_words(lin: Person) -> None:
    assert lin.sends(Voice("m1", "amr", "我想找老师聊聊。")).key == "referrals.ask_consent"


def test_a_recognised_voice_answers_a_question(lin: Person) -> None:
    lin.says("找老师")
    assert lin.sends(Voice("m1", "amr", "同意。")).key == "referrals.ask_topic"


def test_a_recognised_voice_that_says_nothing_known_gets_the_fallback(lin: Person) -> None:
    assert lin.sends(Voice("m1", "amr", "阿巴阿巴")).key == "fallback.nothing"


def test_a_crisis_in_a_voice_or_in_the_title_of_a_link_is_heard(lin: Person) -> None:
    assert lin.sends(Voice("m1", "amr", "我不想活了")).key == "crisis.high"
    assert lin.sends(Link("我不想活了", "", "https://example.org/")).key == "crisis.again"


def test_the_words_of_a_link_find_articles(lin: Person) -> None:
    assert lin.sends(Link("十九大 主要矛盾", "", "https://example.org/")).key.startswith("study.")

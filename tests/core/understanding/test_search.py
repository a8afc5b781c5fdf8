"""Search words are cut as the content is."""

from content import words
from core.understanding import tokens


def test_a_question_and_the_content_share_their_words():
    assert set(words.cut("青春家园的开放时间")) & set(tokens("青春家園幾點開放"))


def test_marks_and_blanks_are_no_words():
    assert tokens("，。 !") == []


def test_a_long_word_is_found_by_its_parts():
    assert {"志愿", "服务", "志愿服务"} <= set(tokens("志愿服务"))

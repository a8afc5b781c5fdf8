"""A text that is too long is cut where a reader loses least."""

import pytest

from bot.cut import cut

LIMIT = 300


def test_a_text_that_fits_is_left_alone():
    assert cut("好" * 100, LIMIT) == "好" * 100


@pytest.mark.parametrize("end", ["。", "！", "?", "；", "。”", "\n"])
def test_it_is_cut_after_the_last_whole_sentence_or_line(end):
    whole = "好" * 60 + end
    assert cut(whole + "坏" * 60, LIMIT) == whole.rstrip("\n") + "…"


def test_a_sentence_that_ended_long_ago_is_no_good_place():
    assert cut("好。" + "坏" * 120, LIMIT) == "好。" + "坏" * 97 + "…"


def test_a_line_with_a_phone_number_is_left_out_whole():
    text = "你先找个人陪你。\n" + "我在。" * 20 + "\n全国心理援助热线：12356。随时可以打，" + "有人听。" * 40
    assert cut(text, LIMIT) == "你先找个人陪你。\n" + "我在。" * 20 + "…"


def test_a_line_with_a_phone_number_that_fits_stays_whole():
    text = "好" * 60 + "\n心理热线：12356\n青少年热线：12355\n" + "坏" * 60
    assert cut(text, LIMIT) == "好" * 60 + "\n心理热线：12356\n青少年热线：12355…"


def test_a_line_with_a_phone_number_is_split_between_sentences_when_there_is_no_other_way():
    text = "打12355。" + "有人会接，你慢慢说，" * 6 + "说多久都行。" + "坏" * 60
    assert cut(text, LIMIT).endswith("说多久都行。…")


@pytest.mark.parametrize(
    "whole",
    [
        "👩‍👩‍👧‍👦",
        "👋🏽",
        "❤️",
        "🇨🇳",
        "e\u0301",
        "1️⃣",
        "🏴\U000e0067\U000e0062\U000e007f",
        "13800138000",
        "https://example.org/a?b=1",
    ],
)
def test_nothing_that_is_read_as_one_is_split(whole):
    for before in range(70, 99):
        shown = cut("好" * before + whole + "坏" * 100, LIMIT).removesuffix("…")
        assert shown.endswith((whole, "坏", "好"))


def test_flags_are_split_only_between_flags():
    shown = cut("好" + "🇨🇳" * 60, LIMIT).removesuffix("…")
    assert shown == "好" + "🇨🇳" * ((len(shown) - 1) // 2)


def test_a_link_is_kept_whole_or_left_out():
    link = '<a href="https://example.org/study/1">打开第一讲。接着读</a>'
    for before in range(60, 99):
        shown = cut("好" * before + link + "坏" * 100, LIMIT).removesuffix("…")
        assert ("<a" in shown) == (link in shown)


@pytest.mark.parametrize("text", ["\u0301" * 500, "a\u200d" * 500, "9" * 500, "<a" * 500, "<a " + "9" * 500])
def test_mischief_is_cut_hard_at_the_limit(text):
    assert 200 < len(cut(text, LIMIT).encode()) <= LIMIT

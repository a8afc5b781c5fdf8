"""Every trick of spelling ends in the same plain form; nothing raises; the original is kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.understanding import normalise

TRICKS = [
    ("ｏｋ１２３５５", "ok12355"),
    ("請問這個活動還可以報名嗎", "请问这个活动还可以报名吗"),
    ("不\u200b想\u2060活\ufeff了", "不想活了"),
    ("不 想 活 了", "不想活了"),
    ("自*杀", "自杀"),
    ("自-杀", "自杀"),
    ("哈哈哈哈哈哈", "哈哈"),
    ("hahahaha", "哈哈"),
    ("我有点想zs", "我有点想自杀"),
    ("想4了", "想死了"),
    ("紫砂算了", "自杀算了"),
    ("自鲨", "自杀"),
    ("想亖", "想死"),
    ("bxhl", "不想活了"),
    ("wbxhl", "我不想活了"),
    ("4了算了", "死了算了"),
    ("四了算了", "死了算了"),
    ("bu xiang huo le", "不想活了"),
    ("不想 huo 了", "不想活了"),
    ("wo yao bao ming", "我要报名"),
    ("俺搁哪儿报名嘞", "我在哪报名的"),
    ("恁弄啥嘞", "你干什么的"),
    ("清年大学习", "青年大学习"),
    ("照聘会", "招聘会"),
    ("青春家圆", "青春家园"),
    ("妖妖零", "110"),
    ("emo了", "情绪低落了"),
]


@pytest.mark.parametrize(("written", "plain"), TRICKS)
def test_a_trick_of_spelling_comes_out_plain(written, plain):
    assert normalise(written).text == plain


UNTOUCHED = [
    "紫砂壶多少钱",
    "坐4路车去",
    "周四了算不算迟到",
    "想4个人一起去",
    "i want to go home",
    "can you help me",
    "汇报明天交",
    "我想是不是要带身份证",
    "线上报名",
    "药吃完了 头有点晕",
]


@pytest.mark.parametrize("written", UNTOUCHED)
def test_innocent_words_are_left_alone(written):
    assert normalise(written).text == written


def test_the_original_is_kept_as_written():
    assert normalise("請１\u200b").original == "請１\u200b"


def test_tokens_know_our_own_words():
    assert "青春家园" in normalise("最近的青春家园在哪").tokens


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_twice_is_the_same_as_once(text):
    once = normalise(text).text
    assert normalise(once).text == once


SPICE = st.sampled_from(
    [*"不想活死了4我zs 的自杀报名😭ha…，。\u200b\ud800\x00俺恁嘞bu", "xiang ", "紫砂", "照聘会", "ﷺ", "🆘"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(SPICE, max_size=30).map("".join))
def test_mixed_tricks_settle_too(text):
    once = normalise(text).text
    assert normalise(once).text == once


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800\udfff",
        "a" * 20_000,
        "想死" * 10_000,
        "huo" * 6_000,
        "ﷺ" * 20_000,
        "我 " * 10_000,
        "\n" * 20_000,
        "𝕫𝕤",
    ],
)
def test_anything_a_phone_can_send_is_taken(judge, text):
    assert judge(text).risk in ("none", "concern", "high", "imminent")

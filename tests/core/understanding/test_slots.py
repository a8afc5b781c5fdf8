"""Small answers are read as a person means them, and nothing else is mistaken for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.understanding import (
    age,
    chinese_number,
    is_cancel,
    is_no,
    is_yes,
    order,
    ordinal,
    phone,
    superlative,
    superlative_in,
)
from core.understanding.slots import EARLIEST, LATEST, MIDDLE, NEAREST, NEWEST


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("第二个", 2),
        ("2", 2),
        ("二", 2),
        ("２", 2),
        ("选3", 3),
        ("第十二个吧", 12),
        ("3号", 3),
        ("第1", 1),
        ("两", 2),
        ("②", 2),
        ("最近的", None),
        ("我要报名", None),
        ("五一", None),
        ("六一", None),
        ("", None),
    ],
)
def test_a_choice_from_a_list(text, number):
    assert ordinal(text) == number


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2", 2),
        ("我想看第二个", 2),
        ("第二个怎么报名", 2),
        ("就第二个吧", 2),
        ("我要2号", 2),
        ("帮我报第3个活动", 3),
        ("第三百零六", 306),
        ("头一个", 1),
        ("最上面那个", 1),
        ("最后一个", -1),
        ("最后那个吧", -1),
        ("最下面的那个", -1),
        ("我要最后一场", -1),
        ("倒数第二个", -2),
        ("倒数第一个吧", -1),
        ("中间那个", MIDDLE),
        ("这是最后一次了", None),
        ("最后一面", None),
        ("第二次", None),
        ("第二人民医院", None),
        ("我要一个人静静", None),
        ("来一个", None),
        ("去三个人", None),
        ("五一", None),
        ("倒数", None),
        ("在中间", None),
    ],
)
def test_a_place_in_a_list(text, place):
    assert order(text) == place


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("最近的那个", NEAREST),
        ("最近的", NEAREST),
        ("最近那家", NEAREST),
        ("离我最近的那个吧", NEAREST),
        ("我想看最早的那场", EARLIEST),
        ("最新的那篇", NEWEST),
        ("最晚的那个", LATEST),
        ("最近", ""),
        ("最近有什么活动", ""),
        ("最近心情不好", ""),
        ("最近一直睡不着", ""),
    ],
)
def test_what_singles_one_out(text, which):
    assert superlative(text) == which


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("最近的那场植树什么时候", NEAREST),
        ("最近一次活动是哪天", NEAREST),
        ("最早开始的活动是什么", EARLIEST),
        ("最近的活动有哪些", ""),
        ("最近一个月有什么活动", ""),
        ("最近一个星期有空", ""),
        ("最近活动", ""),
    ],
)
def test_what_singles_one_out_in_a_sentence(text, which):
    assert superlative_in(text) == which


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二十三", 23),
        ("十", 10),
        ("一百零五", 105),
        ("12", 12),
        ("三千二百", 3200),
        ("一万二", 12000),
        ("一百二", 120),
        ("三零六", 306),
        ("十四五", None),
        ("三百五六", None),
        ("多", None),
        ("", None),
    ],
)
def test_chinese_numbers(text, number):
    assert chinese_number(text) == number


@pytest.mark.parametrize("text", ["好", "好的", "可以", "同意", "嗯嗯", "是的", "愿意", "ok", "要", "中"])
def test_yes(text):
    assert is_yes(text)
    assert not is_no(text)


@pytest.mark.parametrize("text", ["不", "不要", "不同意", "算了", "不用了", "先不", "拒绝", "no", "我不同意", "我不要"])
def test_no(text):
    assert is_no(text)
    assert not is_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "我不想报了",
        "不想说了",
        "不填了",
        "等会再说",
        "取消",
        "0",
        "０",
        "不用了",
        "退出",
        "返回",
        "算了",
        "取消吧。",
    ],
)
def test_leaving_a_dialogue(text):
    assert is_cancel(text)


@pytest.mark.parametrize("text", ["取消周六的报名", "10", "我不想取消", "不用了解别的，就报这个"])
def test_a_request_is_not_leaving(text):
    assert not is_cancel(text)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("我14", 14),
        ("十四岁", 14),
        ("今年16了", 16),
        ("我今年二十一周岁", 21),
        ("14", 14),
        ("14 岁", 14),
        ("年龄：15", 15),
        ("14岁半", 14),
        ("刚满18", 18),
        ("14周岁零3个月", 14),
        ("我今年14岁，能参加吗", 14),
        ("我弟弟7岁我13岁", 13),
        ("我女儿8岁", 8),
        ("I'm 15", 15),
        ("15 years old", 15),
        ("快14了", 13),
        ("马上15岁", 14),
        ("500岁", None),
        ("不告诉你", None),
        ("五一", None),
        ("六一", None),
        ("20号", None),
        ("3月15", None),
        ("14点", None),
        ("14块", None),
        ("高一14班", None),
        ("初二", None),
        ("2010年的", None),
        ("14岁集体生日", None),
        ("18岁成人礼", None),
        ("18岁以上", None),
        ("7-14岁", None),
        ("不满14", None),
        ("没满14岁", None),
        ("还没到14", None),
        ("差两个月14岁", None),
        ("虚岁15", None),
        ("十四五岁", None),
        ("十几岁", None),
        ("7岁和9岁", None),
    ],
)
def test_age(text, years):
    assert age(text) == years


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13800000000", "13800000000"),
        ("电话是138 0000 0000", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("1380000000", None),
        ("0371-12345678", None),
        ("998138000000001", None),
    ],
)
def test_a_mainland_mobile(text, number):
    assert phone(text) == number


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_no_answer_raises(text):
    ordinal(text), is_yes(text), is_no(text), is_cancel(text), age(text), phone(text)
    order(text), superlative(text), superlative_in(text)

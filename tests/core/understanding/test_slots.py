"""Small answers are read as a person means them, and nothing else is mistaken for one."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.understanding import age, chinese_number, is_cancel, is_no, is_yes, ordinal, phone, when

FRIDAY = date(2024, 3, 15)


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
        ("最近的", None),
        ("我要报名", None),
        ("", None),
    ],
)
def test_a_choice_from_a_list(text, number):
    assert ordinal(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二十三", 23),
        ("十", 10),
        ("一百零五", 105),
        ("12", 12),
        ("三千二百", 3200),
        ("一万二", 10002),
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
        ("500岁", None),
        ("不告诉你", None),
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


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明天", date(2024, 3, 16)),
        ("大后天", date(2024, 3, 18)),
        ("这周六", date(2024, 3, 16)),
        ("下周六", date(2024, 3, 23)),
        ("周三", date(2024, 3, 20)),
        ("星期天", date(2024, 3, 17)),
        ("下个月3号", date(2024, 4, 3)),
        ("3号", date(2024, 4, 3)),
        ("三月二十号", date(2024, 3, 20)),
        ("3月1日", date(2025, 3, 1)),
        ("2月30日", None),
        ("坐3号线", None),
        ("随便", None),
    ],
)
def test_the_day_meant(text, day):
    assert when(text, FRIDAY) == day


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_no_answer_raises(text):
    ordinal(text), is_yes(text), is_no(text), is_cancel(text), age(text), phone(text), when(text, FRIDAY)

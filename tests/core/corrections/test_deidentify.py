"""What tells whose a text is goes, and what is learnt from stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.corrections.deidentify import clean

HIDDEN = [
    ("电话13812345678", "13812345678"),
    ("打我 138 1234 5678", "1234"),
    ("１３８１２３４５６７８", "１３８"),
    ("+86-138-1234-5678", "138"),
    ("0371-67891234", "67891234"),
    ("幺三八一二三四五六七八", "三八一"),
    ("身份证410105200801011234", "4101052008"),
    ("身份证号是41010520080101123X", "4101052008"),
    ("微信号abc_123456加我", "abc_123456"),
    ("wx: zhang-xiaoyu", "zhang-xiaoyu"),
    ("加我v xiaoyu2008", "xiaoyu2008"),
    ("QQ号是12345678", "12345678"),
    ("邮箱 a.b@qq.com 看", "a.b"),
    ("http://t.cn/abc，点", "t.cn"),
    ("看 example.com/x?u=lin", "example"),
    ("我叫张小雨，今年14", "张小雨"),
    ("俺叫王建国", "王建国"),
    ("我叫小明", "小明"),
    ("我同学叫王浩然 天天欺负我", "王浩然"),
    ("被陈浩打了", "陈浩"),
    ("王老师骂我", "王老师"),
    ("我在郑州市第四十七中学", "四十七"),
    ("我女儿在郑州外国语学校上初一", "外国语"),
    ("郑州一中的学生", "一中"),
    ("我在初二5班", "5班"),
    ("高一（3）班", "3"),
    ("家住金水区花园路39号院3号楼2单元501室", "花园路"),
    ("我住在锦绣小区5号楼", "锦绣"),
    ("新密市来集镇王堡村", "王堡"),
]
KEPT = [
    "我不想活了",
    "在学校被打",
    "我们学校的人都讨厌我",
    "打12355了没人接",
    "我叫他别来",
    "她叫我去死",
    "我叫救护车了",
    "今年14",
    "高三了，考了600分",
    "2026年11月23号",
    "这班车几点",
    "不想上学校了",
]


@pytest.mark.parametrize(("text", "secret"), HIDDEN)
def test_what_tells_who_it_is_goes(text, secret):
    cleaned = clean(text)
    assert secret not in cleaned.text
    assert cleaned.found
    assert "〔" in cleaned.text


@pytest.mark.parametrize("text", KEPT)
def test_what_is_learnt_from_stays(text):
    assert clean(text).text == text
    assert clean(text).found == ()


@given(st.text(max_size=200) | st.lists(st.sampled_from([text for text, _ in HIDDEN] + KEPT), max_size=6).map("".join))
def test_twice_is_as_once(text):
    once = clean(text).text
    assert clean(once).text == once


@pytest.mark.parametrize(
    "text", ["1" * 2000, "a." * 1000, "a@" * 1000, "一" * 2000, "中学" * 1000, "我叫" * 1000, "a-" * 1000]
)
def test_it_takes_no_time(text):
    started = time.perf_counter()
    clean(text)
    assert time.perf_counter() - started < 2

"""Days are read as a person means them, and nothing else is mistaken for one."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.understanding import days, when

FRIDAY = date(2024, 3, 15)
MONDAY = date(2026, 11, 23)


def span(text: str, today: date = MONDAY) -> str:
    """The days as “11-28” or “11-28..11-29”; "" for none."""
    found = days(text, today)
    if found is None:
        return ""
    first, last = f"{found.first:%m-%d}", f"{found.last:%m-%d}"
    return first if found.is_one else f"{first}..{last}"


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
        ("周末", None),
        ("国庆", None),
        ("国庆当天", date(2024, 10, 1)),
    ],
)
def test_the_day_meant(text, day):
    assert when(text, FRIDAY) == day


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("大后天有空", "11-26"),
        ("礼拜六去", "11-28"),
        ("星期五晚上", "11-27"),
        ("下下周三", "12-09"),
        ("下个月3号", "12-03"),
        ("十二月二十四号", "12-24"),
        ("12月5日下午", "12-05"),
        ("12.5号", "12-05"),
        ("2026-12-05", "12-05"),
        ("二零二七年一月三号", "01-03"),
        ("周末有什么活动", "11-28..11-29"),
        ("这周末", "11-28..11-29"),
        ("下周末", "12-05..12-06"),
        ("周六日", "11-28..11-29"),
        ("周六和周日都行", "11-28..11-29"),
        ("周五到周日", "11-27..11-29"),
        ("12月1号-3号", "12-01..12-03"),
        ("3号到5号", "12-03..12-05"),
        ("明后天", "11-24..11-25"),
        ("这两天有活动没", "11-23..11-25"),
        ("这周", "11-23..11-29"),
        ("下周有空", "11-30..12-06"),
        ("这个月", "11-23..11-30"),
        ("下个月", "12-01..12-31"),
        ("12月份有吗", "12-01..12-31"),
        ("月初", "12-01..12-10"),
        ("月底", "11-24..11-30"),
        ("下个月底", "12-24..12-31"),
        ("下个月中旬", "12-11..12-20"),
        ("五月底", "05-24..05-31"),
        ("年底", "12-01..12-31"),
        ("元旦", "01-01..01-03"),
        ("五一放假", "05-01..05-05"),
        ("劳动节", "05-01..05-05"),
        ("六一儿童节", "06-01"),
        ("五四有活动吗", "05-04"),
        ("国庆", "10-01..10-07"),
        ("十一长假", "10-01..10-07"),
        ("植树节", "03-12"),
        ("春节", "02-05..02-13"),
        ("除夕", "02-05"),
        ("端午那天", "06-09"),
        ("中秋", "09-14..09-16"),
        ("寒假", "01-15..02-28"),
        ("暑假想做志愿者", "07-01..08-31"),
    ],
)
def test_the_days_meant(text, meant):
    assert span(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "坐3号线", "在3号楼", "20号教室", "5号电池", "306号活动", "第3号", "五一广场怎么走", "五一路", "六一小学",
        "二七区", "五四精神", "五月天演唱会", "七一勋章", "双十一", "二十一", "十一岁", "十一点", "3个月", "一个月",
        "一周一次", "两周年", "周围有吗", "3.5小时", "7-14岁", "2-3个人", "9-11点", "18-25岁", "8.5折", "第五一",
        "13800000000", "昨天", "腊八",
    ],
)  # fmt: skip
def test_what_is_no_day(text):
    assert span(text) == ""


def test_a_holiday_that_is_over_is_next_years_and_one_that_goes_on_is_this_years():
    assert days("国庆", date(2026, 10, 8)).first == date(2027, 10, 1)
    assert days("国庆", date(2026, 10, 7)).first == date(2026, 10, 1)


def test_a_lunar_holiday_of_an_unknown_year_tells_no_day():
    assert days("中秋", date(2050, 1, 1)) is None


def test_the_weekend_of_a_sunday_is_this_one():
    assert date(2026, 11, 29) in days("周末", date(2026, 11, 29))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789一二三十百月日号周末下个这初底中旬年./-到和五国庆春节暑假 ", max_size=30))
def test_no_words_raise(text):
    days(text, MONDAY)
    days(text, date(2098, 12, 31))

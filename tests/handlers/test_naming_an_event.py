"""One of several events, named as people name things: by a title with slips, by day, district, or as the next one."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import SHANGHAI, FixedClock, local
from tests.support.happenings import make_event
from tests.support.people import Person
from tests.support.reading import text

TITLES = {
    "11": ("露天观星夜", 2, "金水区"),  # Wednesday, 25 November
    "12": ("保护母亲河·春季义务植树", 5, "惠济区"),  # Saturday
    "13": ("敬老志愿服务日", 6, "新郑市"),  # Sunday
    "14": ("节水金点子征集", 17, "二七区"),  # 10 December
    "15": ("滑雪冬令营", 60, "登封市"),  # 22 January
}


@pytest.fixture(autouse=True)
def programme(session: Session, clock: FixedClock) -> None:
    today = local(clock.now()).date()
    for number, (title, days, district) in TITLES.items():
        starts = datetime.combine(today + timedelta(days=days), time(14), SHANGHAI)
        times = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
        make_event(session, clock.now(), number, title=title, district=district, kind="活动", **times)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("我想报名露天观心夜", "露天观星夜"),
        ("我想报名路天观星夜这个活动", "露天观星夜"),
        ("报名参加观星液活动", "露天观星夜"),
        ("我要报名保护母亲合植树活动", "保护母亲河·春季义务植树"),
        ("报名敬佬志愿服务活动", "敬老志愿服务日"),
        ("报名节水金点字活动", "节水金点子征集"),
        ("这周六有什么活动", "保护母亲河·春季义务植树"),
        ("周日有活动吗", "敬老志愿服务日"),
        ("后天有什么活动", "露天观星夜"),
        ("下个月10号有活动吗", "节水金点子征集"),
        ("12月有什么活动", "节水金点子征集"),
        ("寒假有什么活动", "滑雪冬令营"),
        ("惠济区有什么活动", "保护母亲河·春季义务植树"),
        ("二期区有活动吗", "节水金点子征集"),
        ("最近的那个活动怎么报名", "露天观星夜"),
        ("最晚的那个活动怎么报名", "滑雪冬令营"),
    ],
)
def test_words_that_name_one_event_show_it(lin: Person, words: str, title: str) -> None:
    reply = lin.says(words)
    assert reply.key == "events.details"
    assert title in text(reply)


def test_days_that_hold_several_list_them(lin: Person) -> None:
    reply = lin.says("这周末有什么活动")
    assert reply.key == "events.list"
    assert [title in text(reply) for title, *_ in TITLES.values()] == [False, True, True, False, False]


def test_days_that_hold_nothing_say_so_and_list_the_others(lin: Person) -> None:
    reply = lin.says("国庆有什么活动")
    assert text(reply).startswith("那几天还没有活动")
    assert "露天观星夜" in text(reply)
    assert "露天观星夜" in text(lin.says("1"))


@pytest.mark.parametrize("words", ["有什么活动", "最近有什么活动", "最近一个月有什么活动", "我想参加志愿活动"])
def test_words_that_name_none_list_all(lin: Person, words: str) -> None:
    reply = lin.says(words)
    assert reply.key == "events.list"
    assert not text(reply).startswith("那几天")


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("最近的那个", "露天观星夜"),
        ("最后一个", "敬老志愿服务日"),
        ("倒数第二个", "保护母亲河·春季义务植树"),
        ("中间那个", "保护母亲河·春季义务植树"),
        ("头一个吧", "露天观星夜"),
        ("第二个怎么报名", "保护母亲河·春季义务植树"),
        ("周日那个", "敬老志愿服务日"),
        ("惠济区的", "保护母亲河·春季义务植树"),
        ("28号的", "保护母亲河·春季义务植树"),
        ("28号", "保护母亲河·春季义务植树"),
        ("观心夜那个", "露天观星夜"),
        ("敬佬志愿服务", "敬老志愿服务日"),
    ],
)
def test_an_answer_to_the_list_chooses(lin: Person, answer: str, title: str) -> None:
    lin.says("有什么活动")
    reply = lin.says(answer)
    assert reply.key == "events.details"
    assert title in text(reply)


@pytest.mark.parametrize("answer", ["我心情很差", "成人高考怎么报名", "青春家园在哪", "今天作业真多", "谢谢"])
def test_other_words_choose_nothing(lin: Person, answer: str) -> None:
    lin.says("有什么活动")
    assert lin.says(answer).key != "events.details"


def test_the_last_on_a_later_page_is_the_last_that_is_shown(lin: Person) -> None:
    lin.says("有什么活动")
    lin.says("更多")
    assert "滑雪冬令营" in text(lin.says("最后一个"))
    lin.says("有什么活动")
    lin.says("更多")
    assert lin.says("倒数第三个").key == "common.unknown_choice"


def test_of_my_own_sign_ups_the_next_is_cancelled_by_its_place(lin: Person) -> None:
    for number in ("12", "11"):
        lin.scans(f"event:{number}")
        lin.says("1")
        lin.says("1")
    assert lin.says("帮我取消最近的那个活动").key == "events.cancel_confirm"
    assert lin.says("不取消").key == "events.kept"
    assert "露天观星夜" not in text(lin.says("取消周六的报名"))

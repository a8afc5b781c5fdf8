"""Events in chat (活动报名): look, sign up step by step, wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.events.models import Event
from tests.support.happenings import fill, make_event
from tests.support.people import Person
from tests.support.reading import says_all, text

Cast = Callable[[str], Person]


# --- looking around ---------------------------------------------------------------------------------------------


def test_without_open_events_it_says_so(lin: Person) -> None:
    assert lin.says("我想报名").key == "events.none"


@pytest.mark.parametrize("how", ["says", "taps"])
def test_words_and_menu_list_the_same(lin: Person, how: str, session: Session, clock: FixedClock) -> None:
    for number in "123":
        make_event(session, clock.now(), number)
    reply = lin.says("我想报名") if how == "says" else lin.taps("events.list")
    assert reply.key == "events.list"
    assert [f"第{number}期" in text(reply) for number in "123"] == [True] * 3


def test_three_are_shown_at_a_time_and_more_shows_the_next(lin: Person, session: Session, clock: FixedClock) -> None:
    for number in "12345":
        make_event(session, clock.now(), number)
    first = text(lin.taps("events.list"))
    assert ("第3期" in first, "第4期" in first, "更多" in first) == (True, False, True)
    second = text(lin.says("更多"))
    assert ("第3期" in second, "第4期" in second, "更多" in second) == (False, True, False)
    assert lin.says("更多").key == "events.no_more"
    assert "团讲堂第5期" in text(lin.says("5"))


@pytest.mark.parametrize("choice", ["2", "第二个", "２", "团讲堂第2期", "选2"])
def test_number_word_and_title_choose(lin: Person, choice: str, session: Session, clock: FixedClock) -> None:
    for number in "123":
        make_event(session, clock.now(), number)
    lin.taps("events.list")
    reply = lin.says(choice)
    assert reply.key == "events.details"
    assert "团讲堂第2期" in text(reply)


def test_a_number_that_is_not_there_repeats_the_choices(lin: Person, session: Session, clock: FixedClock) -> None:
    for number in "12":
        make_event(session, clock.now(), number)
    lin.taps("events.list")
    reply = lin.says("9")
    assert reply.key == "common.unknown_choice"
    assert "第2期" in text(reply)
    assert lin.says("1").key == "events.details"


def test_other_words_leave_the_list(lin: Person, session: Session, clock: FixedClock) -> None:
    for number in "12":
        make_event(session, clock.now(), number)
    lin.taps("events.list")
    assert lin.says("12355 是做什么的").key != "common.unknown_choice"


def test_an_event_named_in_the_words_is_shown_at_once(
    lin: Person, planting: Event, session: Session, clock: FixedClock
) -> None:
    make_event(session, clock.now(), "2")
    reply = lin.says("植树怎么报名")
    assert reply.key == "events.details"
    assert planting.title in text(reply)


@pytest.mark.parametrize("words", ["有没有预防校园欺凌的活动", "有什么青年活动", "有没有校园活动"])
def test_one_common_word_opens_no_event(lin: Person, words: str, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "308", title="校园技能比武·观摩与报名")
    make_event(session, clock.now(), "304", title="青年人才专场招聘会")
    assert lin.says(words).key == "events.list"


@pytest.mark.parametrize(
    ("words", "title"),
    [("校园技能比武报名", "技能比武"), ("招聘会几点开门，怎么报名", "招聘会"), ("我想报名技能比武", "技能比武")],
)
def test_the_words_of_its_title_open_it(
    lin: Person, words: str, title: str, session: Session, clock: FixedClock
) -> None:
    make_event(session, clock.now(), "308", title="校园技能比武·观摩与报名")
    make_event(session, clock.now(), "304", title="青年人才专场招聘会")
    assert title in text(lin.says(words)).splitlines()[0]


@pytest.mark.parametrize("words", ["报名306", "报名 306", "306", "第306号", "３０６", "我要报名306号"])
def test_the_number_of_an_event_opens_it_from_a_list(
    lin: Person, words: str, session: Session, clock: FixedClock
) -> None:
    for number in ("301", "306"):
        make_event(session, clock.now(), number)
    lin.taps("events.list")
    assert "第306期" in text(lin.says(words)).splitlines()[0]
    lin.scans("event:301")
    assert "第306期" in text(lin.says(words)).splitlines()[0]


@pytest.mark.parametrize("words", ["报名306", "报名 306", "我要报名306号"])
def test_the_number_of_an_event_opens_it_at_once(lin: Person, words: str, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "306")
    assert "第306期" in text(lin.says(words)).splitlines()[0]
    assert lin.dialogue.answers["event"] == "306"


@pytest.mark.parametrize("words", ["打开第2个", "看第二个", "报名2"])
def test_a_sentence_chooses(lin: Person, words: str, session: Session, clock: FixedClock) -> None:
    for number in "123":
        make_event(session, clock.now(), number)
    lin.taps("events.list")
    assert "第2期" in text(lin.says(words)).splitlines()[0]


def test_pages_turn_both_ways_also_after_details(lin: Person, session: Session, clock: FixedClock) -> None:
    for number in "12345":
        make_event(session, clock.now(), number)
    lin.taps("events.list")
    assert "第4期" in text(says_all(lin, "1", "更多"))
    assert "第4期" in text(says_all(lin, "4", "更多"))
    assert "第1期" in text(lin.says("上一页"))
    assert "第1期" in text(lin.says("上一页"))


def test_who_would_be_first_in_the_queue_reads_so(lin: Person, session: Session, clock: FixedClock) -> None:
    event = make_event(session, clock.now(), "106", capacity=1)
    fill(session, clock, event, 1)
    assert "你排在第一位" in text(lin.scans("event:106"))
    confirmation = text(lin.says("1"))
    assert "你排在第一位" in confirmation
    assert "0 位" not in confirmation


def test_a_day_named_in_the_words_picks_its_events(lin: Person, session: Session, clock: FixedClock) -> None:
    for number, days in (("1", 5), ("2", 6), ("3", 8)):  # Saturday, Sunday, next Tuesday
        starts_at = clock.now() + timedelta(days=days)
        make_event(session, clock.now(), number, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    listed = text(lin.says("这周末有什么活动"))
    assert ("第1期" in listed, "第2期" in listed, "第3期" in listed) == (True, True, False)


@pytest.mark.parametrize("how", ["scans", "follows"])
def test_a_qr_code_opens_its_event(lin: Person, planting: Event, how: str) -> None:
    reply = getattr(lin, how)("event:101")
    assert reply.key == "events.details"
    assert "/pages/events/101" in text(reply)


def test_a_qr_code_of_an_event_that_is_gone_says_so(lin: Person) -> None:
    assert lin.scans("event:999").key == "events.not_found"


def test_details_offer_no_sign_up_before_it_opens(lin: Person, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "8", signup_opens_at=clock.now() + timedelta(hours=20))
    lin.scans("event:8")
    assert lin.dialogue.answers["offer"] == "closed"
    assert lin.says("1").key == "events.none"

"""Events in chat (活动报名): look, sign up step by step, wait."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts.models import Consent
from core.events import signups
from core.events.models import CONFIRMED, Event, Signup
from core.messages import Image
from core.referrals.models import Referral
from tests.support.happenings import AGE, NAME, PHONE, SCHOOL, assert_sound, make_event, somebody
from tests.support.people import Person
from tests.support.reading import says_all, text

Cast = Callable[[str], Person]


@pytest.fixture
def lin(person: Cast) -> Person:
    return person("lin")


@pytest.fixture
def planting(session: Session, clock: FixedClock) -> Event:
    """A tree planting that asks for age, name, phone and, if one likes, the school."""
    return make_event(session, clock.now(), "101", title="保护母亲河·义务植树", fields=[AGE, NAME, PHONE, SCHOOL])


def rows(session: Session, state: str = CONFIRMED) -> list[Signup]:
    return list(session.scalars(select(Signup).where(Signup.state == state)))


def fill(session: Session, clock: FixedClock, event: Event, seats: int) -> list[Signup]:
    """Somebody else takes this many seats."""
    people = [somebody(session, clock.now(), f"guest{index}") for index in range(seats)]
    return [signups.sign_up(session, event, one, {}, clock.now()) for one in people]


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


# --- signing up -------------------------------------------------------------------------------------------------


def test_sign_up_step_by_step(lin: Person, planting: Event, session: Session) -> None:
    lin.scans("event:101")
    keys = [lin.says(word).key for word in ("1", "我16", "林晓", "138 0000 1111", "郑州航空港区第一百零三中学", "1")]
    assert keys == [
        "events.ask.age",
        "events.ask.name",
        "events.ask.phone",
        "events.ask.school",
        "events.confirm",
        "events.done",
    ]
    (signup,) = rows(session)
    answers = {"age": 16, "name": "林晓", "phone": "13800001111", "school": "郑州航空港区第一百零三中学"}
    assert json.loads(signup.answers) == answers
    assert "林晓".encode() not in (signup.answers_sealed or b"")
    assert lin.dialogue.expecting == ""
    assert_sound(session, planting)


def test_every_question_says_why(lin: Person, planting: Event) -> None:
    lin.scans("event:101")
    asked = [text(lin.says(word)) for word in ("报名", "16", "林晓", "13800001111")]
    for question, field in zip(asked, (AGE, NAME, PHONE, SCHOOL), strict=True):
        assert field["purpose"] in question


def test_an_age_asked_for_the_limits_alone_says_so(lin: Person, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "14", min_age=13, max_age=15)
    lin.scans("event:14")
    assert "13 到 15 岁" in text(lin.says("1"))


def test_what_is_optional_may_be_skipped(lin: Person, planting: Event, session: Session) -> None:
    lin.scans("event:101")
    says_all(lin, "1", "16", "林晓", "13800001111", "跳过", "1")
    assert json.loads(rows(session)[0].answers)["school"] is None


def test_what_is_needed_may_not_be_skipped(lin: Person, planting: Event) -> None:
    lin.scans("event:101")
    assert says_all(lin, "1", "16", "跳过").key == "events.invalid.required"
    assert lin.says("林晓").key == "events.ask.phone"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["忘记了哎"], "events.invalid.age"),
        (["16", "123"], "events.invalid.name"),
        (["16", "林"], "events.invalid.name"),
        (["16", "林晓", "1380000"], "events.invalid.phone"),
        (["16", "林晓", "x" * 201], "common.too_long"),
    ],
)
def test_an_answer_that_does_not_fit_is_asked_for_again(
    lin: Person, planting: Event, words: list[str], key: str
) -> None:
    lin.scans("event:101")
    before = says_all(lin, "1", *words[:-1]).key
    assert lin.says(words[-1]).key == key
    good = {1: "16", 2: "林晓", 3: "13800001111"}[len(words)]
    assert lin.says(good).key not in (before, key)


@pytest.mark.parametrize(
    ("age", "key"), [("12", "events.too_young"), ("16", "events.too_old"), ("14", "events.confirm")]
)
def test_age_is_checked_against_the_event(lin: Person, age: str, key: str, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "14", min_age=13, max_age=15)
    lin.scans("event:14")
    assert says_all(lin, "1", age).key == key


@pytest.mark.parametrize("age", ["12", "16"])
def test_a_second_age_is_not_taken(lin: Person, age: str, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "14", min_age=13, max_age=15)
    lin.scans("event:14")
    refused = says_all(lin, "1", age)
    assert "再写一次" not in text(refused)
    assert lin.dialogue.expecting == ""
    assert not lin.says("14").key.startswith("events.")
    assert rows(session) == []


@pytest.mark.parametrize("words", [["1"], ["1", "16"], ["1", "16", "林晓", "13800001111", "跳过"], []])
def test_an_event_taken_down_meanwhile_ends_the_dialogue(
    lin: Person, planting: Event, words: list[str], session: Session
) -> None:
    lin.scans("event:101")
    for word in words:
        lin.says(word)
    planting.published = False
    session.flush()
    assert lin.says("1").key == "events.not_found"
    assert lin.dialogue.expecting == ""


def test_fill_in_again(lin: Person, planting: Event, session: Session) -> None:
    lin.scans("event:101")
    says_all(lin, "1", "16", "林晓", "13800001111", "跳过")
    assert lin.says("2").key == "events.ask.age"
    says_all(lin, "17", "林小", "13800002222", "跳过", "确认")
    assert json.loads(rows(session)[0].answers)["name"] == "林小"


@pytest.mark.parametrize("step", range(1, 6))
def test_one_can_leave_at_every_step_and_nothing_is_stored(
    lin: Person, planting: Event, step: int, session: Session
) -> None:
    lin.scans("event:101")
    says_all(lin, *["1", "16", "林晓", "13800001111", "跳过"][:step])
    assert lin.says("取消").key == "common.cancelled"
    assert lin.dialogue.expecting == ""
    assert rows(session) == []


def test_a_crisis_in_the_middle_of_a_sign_up_breaks_through(lin: Person, planting: Event, session: Session) -> None:
    lin.scans("event:101")
    says_all(lin, "1", "16")
    assert lin.says("我不想活了").key.startswith("crisis.")
    assert session.scalars(select(Referral)).one().source == "crisis"


def test_a_keyword_in_the_middle_of_a_form_goes_where_it_belongs(lin: Person, planting: Event) -> None:
    lin.scans("event:101")
    says_all(lin, "1", "16")
    assert lin.says("我的报名").key == "events.mine_none"


def test_a_picture_is_no_answer_and_loses_nothing(lin: Person, planting: Event) -> None:
    lin.scans("event:101")
    says_all(lin, "1", "16")
    assert lin.sends(Image("http://example.org/1.jpg", "media")).key.startswith("media.")
    assert lin.says("林晓").key == "events.ask.phone"


def test_signing_up_twice_tells_the_number(lin: Person, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "14", min_age=14)
    lin.scans("event:14")
    says_all(lin, "1", "15", "1")
    number = rows(session)[0].number
    again = lin.scans("event:14")
    assert number in text(again)
    assert lin.dialogue.answers["offer"] == "signed"
    assert len(rows(session)) == 1


def test_a_form_left_open_elsewhere_makes_no_second_place(
    lin: Person, planting: Event, session: Session, clock: FixedClock
) -> None:
    """The same person, meanwhile signed up by other means."""
    lin.scans("event:101")
    says_all(lin, "1", "16", "林晓", "13800001111", "跳过")
    signups.sign_up(session, planting, lin.contact, {}, clock.now())
    assert lin.says("1").key == "events.already"
    assert len(rows(session)) == 1
    assert_sound(session, planting)


def test_sign_up_that_closed_meanwhile_is_refused(lin: Person, planting: Event, session: Session) -> None:
    lin.scans("event:101")
    says_all(lin, "1", "16", "林晓", "13800001111", "跳过")
    planting.signup_closes_at = planting.signup_opens_at
    session.flush()
    assert lin.says("1").key == "events.closed"
    assert rows(session) == []
    assert lin.dialogue.expecting == ""


# --- guardians (P3) ---------------------------------------------------------------------------------------------


def test_under_14_a_guardian_agrees_before_anything_else_is_asked(
    lin: Person, planting: Event, session: Session
) -> None:
    lin.scans("event:101")
    keys = [
        lin.says(word).key
        for word in ("1", "13岁", "好的", "家长同意", "林大海", "13900001111", "林晓", "13800001111", "跳过", "1")
    ]
    assert keys == [
        "events.ask.age",
        "events.ask.guardian_consent",
        "events.invalid.guardian_consent",
        "events.ask.guardian_name",
        "events.ask.guardian_phone",
        "events.ask.name",
        "events.ask.phone",
        "events.ask.school",
        "events.confirm",
        "events.done",
    ]
    answers = json.loads(rows(session)[0].answers)
    assert (answers["guardian_consent"], answers["guardian_name"]) == ("未核实", "林大海")
    consent = session.scalars(select(Consent)).one()
    assert consent.purpose == "guardian:event:101"
    assert consent.text_version.startswith("events.ask.guardian_consent@")


def test_a_child_cannot_agree_alone(lin: Person, planting: Event, session: Session) -> None:
    lin.scans("event:101")
    words = ("1", "12", "家长同意", "妈妈", "林大海", "13800000001", "林晓", "13800000001", "13800000002", "跳过")
    assert [lin.says(word).key for word in words][4:] == [
        "events.ask.guardian_phone",
        "events.ask.name",
        "events.ask.phone",
        "events.invalid.same_phone",
        "events.ask.school",
        "events.confirm",
    ]
    assert "核对后才算数" in text(lin.says("嗯嗯嗯我想想"))
    assert "核对后才算数" in text(lin.says("1"))
    assert "核对后才算数" in text(lin.says("我的报名"))


def test_who_needs_no_guardian_hears_of_no_check(lin: Person, planting: Event) -> None:
    lin.scans("event:101")
    assert "核对" not in text(says_all(lin, "1", "16", "林晓", "13800000001", "跳过"))
    assert "核对" not in text(lin.says("1"))


def test_a_guardian_who_does_not_agree_ends_it(lin: Person, planting: Event, session: Session) -> None:
    lin.scans("event:101")
    assert says_all(lin, "1", "13", "不同意").key == "events.guardian_declined"
    assert lin.dialogue.expecting == ""
    assert rows(session) == []
    assert session.scalars(select(Consent)).all() == []


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("2", "events.ask.guardian_consent"),
        ("还没有", "events.ask.guardian_consent"),
        ("13岁", "events.ask.guardian_consent"),
        ("1", "events.ask.name"),
        ("满了", "events.ask.name"),
        ("我15了", "events.ask.name"),
        ("哈", "events.invalid.over_14"),
    ],
)
def test_where_no_age_is_asked_one_question_tells_children_apart(
    lin: Person, answer: str, key: str, session: Session, clock: FixedClock
) -> None:
    make_event(session, clock.now(), "5", fields=[NAME])
    lin.scans("event:5")
    assert lin.says("1").key == "events.ask.over_14"
    assert lin.says(answer).key == key


# --- full, and waiting ------------------------------------------------------------------------------------------


@pytest.fixture
def small(session: Session, clock: FixedClock) -> Event:
    """Two seats, no questions but the age."""
    return make_event(session, clock.now(), "106", capacity=2, min_age=14)


def test_a_full_event_offers_the_waiting_list_with_the_place(
    lin: Person, small: Event, session: Session, clock: FixedClock
) -> None:
    fill(session, clock, small, 2)
    lin.scans("event:106")
    assert lin.dialogue.answers["offer"] == "wait"
    assert says_all(lin, "1", "15").key == "events.confirm_waiting"
    reply = lin.says("1")
    assert reply.key == "events.waiting"
    assert "第 1 位" in text(reply)
    assert_sound(session, small)


def test_full_without_a_waiting_list_offers_nothing(lin: Person, session: Session, clock: FixedClock) -> None:
    event = make_event(session, clock.now(), "104", capacity=1, has_waiting_list=False)
    fill(session, clock, event, 1)
    lin.scans("event:104")
    assert lin.dialogue.answers["offer"] == "closed"


def test_two_people_for_the_last_seat(person: Cast, small: Event, session: Session, clock: FixedClock) -> None:
    fill(session, clock, small, 1)
    lin, wang = person("lin"), person("wang")
    for one in (lin, wang):
        one.scans("event:106")
        assert says_all(one, "1", "15").key == "events.confirm"
    assert lin.says("1").key == "events.done"
    offer = wang.says("1")
    assert offer.key == "events.full_offer"
    # What was filled in is still there.
    assert wang.says("1").key == "events.waiting"
    assert_sound(session, small)


def test_a_seat_given_back_while_one_decides_to_wait_is_theirs(
    lin: Person, small: Event, session: Session, clock: FixedClock
) -> None:
    guests = fill(session, clock, small, 2)
    lin.scans("event:106")
    assert says_all(lin, "1", "15").key == "events.confirm_waiting"
    signups.cancel(session, guests[0], clock.now())
    assert lin.says("1").key == "events.got_seat"
    assert_sound(session, small)


def test_unclear_words_at_the_confirmation_ask_again(lin: Person, small: Event, session: Session) -> None:
    lin.scans("event:106")
    says_all(lin, "1", "15")
    assert lin.says("等等我问问同桌").key == "events.confirm"
    assert lin.says("1").key == "events.done"

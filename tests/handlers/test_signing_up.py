"""Signing up for an event: the form, guardians, the last seat and the waiting list."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts.models import Consent
from core.events import signups
from core.events.models import Event
from core.messages import Image
from core.referrals.models import Referral
from tests.support.happenings import AGE, NAME, PHONE, SCHOOL, assert_sound, fill, make_event, rows
from tests.support.people import Person
from tests.support.reading import says_all, text

Cast = Callable[[str], Person]


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

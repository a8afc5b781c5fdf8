"""My sign-ups in chat (我的报名): look at them, cancel one."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.events import places, seats, signups
from core.events.models import CANCELLED, WAITING, Event
from core.outbox.models import Delivery
from tests.support.happenings import assert_sound, fill, make_event, rows
from tests.support.people import Person
from tests.support.reading import says_all, text

Cast = Callable[[str], Person]


@pytest.fixture
def small(session: Session, clock: FixedClock) -> Event:
    """Two seats, no questions but the age."""
    return make_event(session, clock.now(), "106", capacity=2, min_age=14)


def signed_up(lin: Person, session: Session, clock: FixedClock, *numbers: str) -> list[Event]:
    events = [make_event(session, clock.now(), number) for number in numbers]
    for event in events:
        signups.sign_up(session, event, lin.contact, {}, clock.now())
    return events


def test_without_sign_ups_it_says_so(lin: Person) -> None:
    assert lin.says("我的报名").key == "events.mine_none"
    assert lin.says("取消报名").key == "events.mine_none"


def test_my_sign_ups_lead_to_details_and_to_cancelling(lin: Person, session: Session, clock: FixedClock) -> None:
    signed_up(lin, session, clock, "1", "2")
    keys = [lin.says(word).key for word in ("我的报名", "2", "1", "1")]
    assert keys == ["events.mine", "events.mine_details", "events.cancel_confirm", "events.cancelled"]
    assert len(rows(session)) == len(rows(session, CANCELLED)) == 1


def test_cancelling_is_confirmed_and_may_be_declined(lin: Person, session: Session, clock: FixedClock) -> None:
    signed_up(lin, session, clock, "1")
    assert says_all(lin, "取消报名", "2").key == "events.kept"
    assert len(rows(session)) == 1


def test_the_words_tell_which_sign_up_to_cancel(
    lin: Person, planting: Event, session: Session, clock: FixedClock
) -> None:
    signed_up(lin, session, clock, "1", "2")
    signups.sign_up(session, planting, lin.contact, {}, clock.now())
    reply = lin.says("帮我取消植树的报名")
    assert reply.key == "events.cancel_confirm"
    assert planting.title in text(reply)


def test_which_one_is_asked_when_the_words_do_not_tell(lin: Person, session: Session, clock: FixedClock) -> None:
    signed_up(lin, session, clock, "1", "2")
    keys = [lin.says(word).key for word in ("取消报名", "第一个", "确定取消")]
    assert keys == ["events.cancel_which", "events.cancel_confirm", "events.cancelled"]


def test_a_cancelled_seat_goes_to_who_waits_and_they_are_owed_the_news(
    lin: Person, person: Cast, small: Event, session: Session, clock: FixedClock
) -> None:
    signups.sign_up(session, small, lin.contact, {}, clock.now())
    fill(session, clock, small, 1)
    wang = person("wang")
    signups.join_waiting_list(session, small, wang.contact, {}, clock.now())
    assert says_all(lin, "取消报名", "1").key == "events.cancelled"
    (notice,) = session.scalars(select(Delivery))
    assert (notice.kind, notice.contact_id, notice.state) == ("signup_notice", wang.contact.id, "pending")
    assert json.loads(notice.payload)["news"] == "promoted"
    assert "已报上" in text(wang.says("我的报名"))
    assert_sound(session, small)


def test_leaving_the_queue_says_so(lin: Person, small: Event, session: Session, clock: FixedClock) -> None:
    fill(session, clock, small, 2)
    signups.join_waiting_list(session, small, lin.contact, {}, clock.now())
    assert says_all(lin, "取消报名", "1").key == "events.left_queue"
    assert rows(session, WAITING) == []


def test_once_it_has_begun_it_is_too_late_to_cancel(lin: Person, session: Session, clock: FixedClock) -> None:
    signed_up(lin, session, clock, "1")
    clock.move(days=3, minutes=5)
    assert says_all(lin, "取消报名", "1").key == "events.too_late_to_cancel"
    assert len(rows(session)) == 1


@pytest.mark.parametrize("words", ["取消 {}", "取消{}", "取消报名 {}", "取消 {}！"])
def test_the_number_of_a_sign_up_tells_what_to_cancel(
    lin: Person, words: str, session: Session, clock: FixedClock
) -> None:
    signed_up(lin, session, clock, "1", "2")
    places.live_of(session, lin.contact, clock.now())[1][0].number = "B-NA9GTVXP"
    session.flush()
    reply = lin.says(words.format("B-NA9GTVXP"))
    assert (reply.key, "第2期" in text(reply)) == ("events.cancel_confirm", True)
    assert "0 返回" in text(reply)
    assert lin.says("1").key == "events.cancelled"


def test_the_number_of_somebody_elses_sign_up_is_none(
    lin: Person, person: Cast, session: Session, clock: FixedClock
) -> None:
    signed_up(lin, session, clock, "1")
    signed_up(wang := person("wang"), session, clock, "2")
    theirs, nobodys = "B-NA9GTVXP", "B-22222222"
    rows(session)[0].number = theirs
    session.flush()
    answers = {text(wang.says(f"取消 {number}")).replace(number, "") for number in (theirs, nobodys)}
    assert len(answers) == 1
    assert "没有找到" in answers.pop()
    assert wang.dialogue.expecting == ""


@pytest.mark.parametrize("words", ["取消", "取消!", "取消！"])
def test_cancel_alone_asks_which_sign_up(lin: Person, words: str, session: Session, clock: FixedClock) -> None:
    signed_up(lin, session, clock, "1")
    assert lin.says(words).key == "events.cancel_confirm"
    assert len(rows(session)) == 1


def test_nobody_sees_or_cancels_what_is_not_theirs(
    lin: Person, person: Cast, session: Session, clock: FixedClock
) -> None:
    (event,) = signed_up(lin, session, clock, "1")
    wang = person("wang")
    assert wang.says("我的报名").key == "events.mine_none"
    wang.dialogue.begin("events.cancel_confirm", signup=rows(session)[0].number)
    wang.says("1")
    assert len(rows(session)) == 1
    assert seats.lock(session, event.id).taken == 1

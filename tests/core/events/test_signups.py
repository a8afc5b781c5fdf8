"""Sign up, wait, cancel, promote (R17, R18): one thing after the other; races are in test_races.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts.models import Contact
from core.events import places, seats, signups
from core.events.errors import AlreadySignedUp, EventFull, NoWaitingList, SignupClosed, TooLateToCancel
from core.events.models import CANCELLED, CONFIRMED, WAITING, Event, Signup
from core.events.waiting_list import place_in_queue, promote_from_waiting_list, queue_length
from core.outbox.models import Delivery
from tests.support.happenings import assert_sound, make_event, somebody

Meet = Callable[[str], Contact]


@pytest.fixture
def meet(session: Session, clock: FixedClock) -> Meet:
    return lambda name: somebody(session, clock.now(), name)


@pytest.fixture
def duo(session: Session, clock: FixedClock) -> Event:
    """Two seats."""
    return make_event(session, clock.now(), capacity=2)


@pytest.fixture
def queue(session: Session, clock: FixedClock, duo: Event, meet: Meet) -> list[Signup]:
    """a and b have the seats; c, d, e wait in this order."""
    taken = [signups.sign_up(session, duo, meet(name), {}, clock.now()) for name in "ab"]
    return taken + [signups.join_waiting_list(session, duo, meet(name), {}, clock.now()) for name in "cde"]


def states(rows: list[Signup]) -> str:
    return "".join({CONFIRMED: "+", WAITING: "w", CANCELLED: "-"}[row.state] for row in rows)


def test_a_sign_up_takes_a_seat_and_seals_the_answers(
    session: Session, clock: FixedClock, duo: Event, meet: Meet
) -> None:
    signup = signups.sign_up(session, duo, meet("a"), {"name": "林晓"}, clock.now())
    assert (signup.state, duo.taken, duo.seats_left) == (CONFIRMED, 1, 1)
    assert json.loads(signup.answers) == {"name": "林晓"}
    assert "林晓".encode() not in (signup.answers_sealed or b"")


def test_a_full_event_refuses_and_changes_nothing(session: Session, clock: FixedClock, duo: Event, meet: Meet) -> None:
    for name in "ab":
        signups.sign_up(session, duo, meet(name), {}, clock.now())
    with pytest.raises(EventFull):
        signups.sign_up(session, duo, meet("c"), {}, clock.now())
    assert_sound(session, duo)


def test_a_second_sign_up_is_refused_with_the_number(
    session: Session, clock: FixedClock, duo: Event, meet: Meet
) -> None:
    first = signups.sign_up(session, duo, meet("a"), {}, clock.now())
    for verb in (signups.sign_up, signups.join_waiting_list):
        with pytest.raises(AlreadySignedUp) as refusal:
            verb(session, duo, meet("a"), {}, clock.now())
        assert refusal.value.values["number"] == first.number
    assert_sound(session, duo)


def test_the_index_holds_even_when_the_check_is_passed_by(
    session: Session, clock: FixedClock, duo: Event, meet: Meet
) -> None:
    signups.sign_up(session, duo, meet("a"), {}, clock.now())
    with pytest.raises(IntegrityError), session.begin_nested():
        places.write(session, duo, meet("a"), {}, state=WAITING, created_at=clock.now())


def test_the_constraint_holds_even_against_wrong_code(session: Session, duo: Event) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Event).where(Event.id == duo.id).values(taken=3))


def test_after_cancelling_one_may_sign_up_again(session: Session, clock: FixedClock, duo: Event, meet: Meet) -> None:
    first = signups.sign_up(session, duo, meet("a"), {}, clock.now())
    signups.cancel(session, first, clock.now())
    again = signups.sign_up(session, duo, meet("a"), {}, clock.now())
    assert again.number != first.number
    assert_sound(session, duo)


@pytest.mark.parametrize("changes", [{"signup_opens_at": 1}, {"signup_closes_at": -1}, {"published": None}])
def test_outside_its_time_nobody_signs_up_or_waits(
    session: Session, clock: FixedClock, meet: Meet, changes: dict[str, int | None]
) -> None:
    values = {name: clock.now() + timedelta(hours=hours) if hours else False for name, hours in changes.items()}
    event = make_event(session, clock.now(), **values)
    for verb in (signups.sign_up, signups.join_waiting_list):
        with pytest.raises(SignupClosed):
            verb(session, event, meet("a"), {}, clock.now())


def test_without_a_waiting_list_full_is_full(session: Session, clock: FixedClock, meet: Meet) -> None:
    event = make_event(session, clock.now(), capacity=0, has_waiting_list=False)
    for verb in (signups.sign_up, signups.join_waiting_list):
        with pytest.raises(NoWaitingList):
            verb(session, event, meet("a"), {}, clock.now())


def test_the_queue_keeps_its_order_when_clocks_differ(session: Session, clock: FixedClock, meet: Meet) -> None:
    """R23: another machine's clock is a minute behind; who came first stays first."""
    event = make_event(session, clock.now(), capacity=0)
    first = signups.join_waiting_list(session, event, meet("a"), {}, clock.now())
    second = signups.join_waiting_list(session, event, meet("b"), {}, clock.now() - timedelta(minutes=1))
    assert [place_in_queue(session, one) for one in (first, second)] == [1, 2]


def test_waiting_for_a_seat_that_is_free_takes_it(session: Session, clock: FixedClock, duo: Event, meet: Meet) -> None:
    assert signups.join_waiting_list(session, duo, meet("a"), {}, clock.now()).state == CONFIRMED
    assert_sound(session, duo)


def test_a_cancelled_seat_goes_to_the_first_in_the_queue(
    session: Session, clock: FixedClock, duo: Event, queue: list[Signup]
) -> None:
    moved = signups.cancel(session, queue[0], clock.now())
    assert moved == [queue[2]]
    assert states(queue) == "-++ww"
    assert [place_in_queue(session, one) for one in queue[2:]] == [0, 1, 2]
    assert_sound(session, duo)


def test_who_moved_up_is_owed_the_news_once(
    session: Session, clock: FixedClock, duo: Event, queue: list[Signup]
) -> None:
    signups.cancel(session, queue[0], clock.now())
    promote_from_waiting_list(session, duo, clock.now())
    (notice,) = session.scalars(select(Delivery))
    assert (notice.kind, notice.contact_id, notice.expires_at) == ("signup_notice", queue[2].contact_id, duo.starts_at)
    assert json.loads(notice.payload) == {"news": "promoted", "event": duo.number, "signup": queue[2].number}


def test_leaving_the_queue_moves_nobody_up(
    session: Session, clock: FixedClock, duo: Event, queue: list[Signup]
) -> None:
    assert signups.cancel(session, queue[2], clock.now()) == []
    assert states(queue) == "++-ww"
    assert queue_length(session, duo) == 2
    assert_sound(session, duo)


def test_cancelling_twice_gives_back_one_seat(
    session: Session, clock: FixedClock, duo: Event, queue: list[Signup]
) -> None:
    for _ in range(2):
        signups.cancel(session, queue[0], clock.now())
    assert states(queue) == "-++ww"
    assert_sound(session, duo)


def test_once_it_has_begun_nobody_cancels_and_nobody_moves_up(
    session: Session, clock: FixedClock, duo: Event, queue: list[Signup]
) -> None:
    clock.move(days=3)
    with pytest.raises(TooLateToCancel):
        signups.cancel(session, queue[0], clock.now())
    assert promote_from_waiting_list(session, duo, clock.now()) == []
    assert states(queue) == "++www"


def test_a_closed_sign_up_still_hands_seats_on(
    session: Session, clock: FixedClock, duo: Event, queue: list[Signup]
) -> None:
    clock.move(days=2)
    signups.cancel(session, queue[1], clock.now())
    assert states(queue) == "+-+ww"


def test_more_seats_go_to_who_waits_in_order(
    session: Session, clock: FixedClock, duo: Event, queue: list[Signup]
) -> None:
    assert signups.change_capacity(session, duo, 4, clock.now()) == queue[2:4]
    assert states(queue) == "++++w"
    assert_sound(session, duo)


def test_fewer_seats_than_are_taken_throw_nobody_out(
    session: Session, clock: FixedClock, duo: Event, queue: list[Signup]
) -> None:
    assert signups.change_capacity(session, duo, 1, clock.now()) == []
    assert (states(queue), duo.over_capacity) == ("++www", True)
    signups.cancel(session, queue[0], clock.now())
    # The seat that was one too many is gone, so nobody moves up.
    assert (states(queue), duo.over_capacity, duo.taken) == ("-+www", False, 1)
    signups.cancel(session, queue[1], clock.now())
    assert states(queue) == "--+ww"
    assert_sound(session, duo)


def test_who_is_forgotten_gives_up_every_place(session: Session, clock: FixedClock, duo: Event, meet: Meet) -> None:
    other = make_event(session, clock.now(), "8", capacity=0)
    signups.sign_up(session, duo, meet("a"), {}, clock.now())
    signups.join_waiting_list(session, other, meet("a"), {}, clock.now())
    assert len(signups.cancel_all(session, meet("a"), clock.now(), clock.now())) == 2
    assert places.live_of(session, meet("a"), clock.now()) == []
    assert_sound(session, duo)


def test_live_sign_ups_are_ones_own_and_not_over(session: Session, clock: FixedClock, duo: Event, meet: Meet) -> None:
    mine = signups.sign_up(session, duo, meet("a"), {}, clock.now())
    signups.sign_up(session, duo, meet("b"), {}, clock.now())
    assert places.live_of(session, meet("a"), clock.now()) == [(mine, duo)]
    assert places.find_own(session, meet("b"), mine.number) is None
    assert places.live_of(session, meet("a"), clock.now() + timedelta(days=4)) == []


def test_a_negative_capacity_is_a_mistake(session: Session, clock: FixedClock, duo: Event) -> None:
    with pytest.raises(ValueError):
        signups.change_capacity(session, duo, -1, clock.now())
    assert seats.lock(session, duo.id).capacity == 2

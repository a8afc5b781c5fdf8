"""R17, R18 under real concurrency: connections of their own, all at the same moment; each with its negative control."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts import contacts
from core.contacts.models import Contact
from core.db import Database
from core.errors import DomainError
from core.events import seats, signups
from core.events.errors import AlreadySignedUp, EventFull
from core.events.models import CONFIRMED, WAITING, Event, Signup
from core.outbox.models import Delivery
from tests.support.happenings import assert_sound, count, make_event

T = TypeVar("T")
PEOPLE = 12
SEATS = 3
only_postgres = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    store = Database(database_url)
    yield store
    store.close()


@pytest.fixture
def event(store: Database, clock: FixedClock) -> UUID:
    """Three seats."""
    with store.transaction() as session:
        return make_event(session, clock.now(), capacity=SEATS).id


def at_once(work: Callable[[int], T], number: int = PEOPLE) -> list[T]:
    """`work(0)`, `work(1)`, … in threads that start together."""
    gate = threading.Barrier(number)

    def run(index: int) -> T:
        gate.wait(30)
        return work(index)

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


def come(store: Database, clock: FixedClock, event_id: UUID, index: int) -> str:
    """One person signs up, or queues when it is full, as the pipeline does it: in one transaction, contact locked."""
    with store.transaction() as session:
        contact = contacts.meet(session, f"person-{index}", clock.now())
        event = session.get_one(Event, event_id)
        try:
            return signups.sign_up(session, event, contact, {}, clock.now()).state
        except EventFull:
            return signups.join_waiting_list(session, event, contact, {}, clock.now()).state


def slow_down(monkeypatch: pytest.MonkeyPatch, seconds: float = 0.005) -> None:
    """Wait between the checks and the taking of the seat, where a race would be lost."""
    check = signups._refuse_closed

    def check_slowly(*arguments: Any) -> None:
        check(*arguments)
        time.sleep(seconds)

    monkeypatch.setattr(signups, "_refuse_closed", check_slowly)


def unlocked(session: Session, event_id: UUID) -> Event:
    """A plain read in the place of `seats.lock`."""
    return session.scalars(select(Event).where(Event.id == event_id)).one()


def take_unguarded(session: Session, event: Event) -> bool:
    """Check, then act: what the guard in `seats.take` is there against."""
    session.refresh(event)
    if event.taken >= event.capacity:
        return False
    time.sleep(0.05)
    event.taken += 1
    session.flush()
    return True


# --- the last seats ---------------------------------------------------------------------------------------------


def test_many_people_for_the_last_seats(
    store: Database, clock: FixedClock, event: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_down(monkeypatch)
    outcome = at_once(lambda index: come(store, clock, event, index))
    assert sorted(outcome) == [CONFIRMED] * SEATS + [WAITING] * (PEOPLE - SEATS)
    with store.transaction() as session:
        assert_sound(session, session.get_one(Event, event))


@only_postgres
def test_without_the_lock_the_statement_alone_still_holds(
    store: Database, clock: FixedClock, event: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "lock", unlocked)
    slow_down(monkeypatch)
    at_once(lambda index: come(store, clock, event, index))
    with store.transaction() as session:
        assert count(session, session.get_one(Event, event), CONFIRMED) == SEATS


@only_postgres
def test_negative_control_without_both_guards_seats_are_oversold(
    store: Database, clock: FixedClock, event: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "lock", unlocked)
    monkeypatch.setattr(seats, "take", take_unguarded)
    at_once(lambda index: come(store, clock, event, index))
    with store.transaction() as session:
        assert count(session, session.get_one(Event, event), CONFIRMED) > SEATS


# --- one place per person ---------------------------------------------------------------------------------------


def test_one_person_many_times_gets_one_place(store: Database, clock: FixedClock, event: UUID) -> None:
    with store.transaction() as session:
        contact_id = contacts.meet(session, "lin", clock.now()).id

    def try_it(_: int) -> str:
        with store.transaction() as session:
            # Not through `meet`, whose lock would make them take turns: the event's lock must do.
            contact = session.get_one(Contact, contact_id)
            try:
                return signups.sign_up(session, session.get_one(Event, event), contact, {}, clock.now()).number
            except AlreadySignedUp as refusal:
                return str(refusal.values["number"])

    assert len(set(at_once(try_it))) == 1, "everybody is told the same number"
    with store.transaction() as session:
        assert len(session.scalars(select(Signup)).all()) == 1
        assert_sound(session, session.get_one(Event, event))


def test_cancelling_many_times_at_once_gives_back_one_seat(store: Database, clock: FixedClock, event: UUID) -> None:
    for index in range(SEATS + 3):
        come(store, clock, event, index)

    def cancel_first(_: int) -> int:
        with store.transaction() as session:
            contact = contacts.find(session, "person-0")
            assert contact is not None
            mine = session.scalars(select(Signup).where(Signup.contact_id == contact.id)).one()
            return len(signups.cancel(session, mine, clock.now()))

    assert sum(at_once(cancel_first, 8)) == 1, "one person moves up"
    with store.transaction() as session:
        assert_sound(session, session.get_one(Event, event))


# --- everything at once -----------------------------------------------------------------------------------------


@only_postgres
@pytest.mark.parametrize("seed", [20261123, 7])
def test_a_storm_of_everything_leaves_all_sound_and_deadlocks_nowhere(
    store: Database, clock: FixedClock, seed: int
) -> None:
    with store.transaction() as session:
        events = [make_event(session, clock.now(), number, capacity=SEATS).id for number in ("1", "2")]

    def act(index: int) -> int:
        dice, refused = random.Random(f"{seed}-{index}"), 0
        for _ in range(20):
            try:
                with store.transaction() as session:
                    _one_act(session, clock, dice, events)
            except DomainError:
                refused += 1
        return refused

    at_once(act, 10)
    with store.transaction() as session:
        for event_id in events:
            assert_sound(session, session.get_one(Event, event_id))
            _assert_promoted_in_order_and_once(session, event_id)


def _one_act(session: Session, clock: FixedClock, dice: random.Random, events: list[UUID]) -> None:
    contact = contacts.meet(session, f"person-{dice.randrange(8)}", clock.now())
    event = session.get_one(Event, dice.choice(events))
    mine = session.scalar(
        select(Signup).where(Signup.event_id == event.id, Signup.contact_id == contact.id, Signup.state != "cancelled")
    )
    act = dice.choice(["sign_up", "join", "cancel", "cancel", "cancel_all", "capacity"])
    if act == "capacity":
        signups.change_capacity(session, event, dice.randrange(1, 5), clock.now())
    elif act == "cancel_all":
        signups.cancel_all(session, contact, clock.now(), clock.now())
    elif act == "cancel" and mine:
        signups.cancel(session, mine, clock.now())
    elif act == "join":
        signups.join_waiting_list(session, event, contact, {}, clock.now())
    else:
        signups.sign_up(session, event, contact, {}, clock.now())


def _assert_promoted_in_order_and_once(session: Session, event_id: UUID) -> None:
    rows = list(session.scalars(select(Signup).where(Signup.event_id == event_id, Signup.queued_at.is_not(None))))
    promoted = [row for row in rows if row.confirmed_at is not None]
    waiting = [row.queued_at for row in rows if row.state == WAITING and row.queued_at]
    assert all(row.queued_at < first for row in promoted for first in waiting if row.queued_at), (
        "somebody was passed by"
    )
    keys = set(session.scalars(select(Delivery.dedupe_key)))
    assert {f"signup_notice:promoted:{row.id}" for row in promoted} <= keys


@only_postgres
def test_promoting_somebody_who_is_writing_to_us_does_not_deadlock(store: Database, clock: FixedClock) -> None:
    """Lin cancels while Wang, next in the queue, is cancelling too: each holds what the other will touch."""
    outcome = _cross(store, clock)
    assert outcome == ["done", "done"]


@only_postgres
def test_negative_control_with_a_full_row_lock_they_deadlock(
    store: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts, "lock", _locked_fully)
    assert sorted(_cross(store, clock)) == ["done", "stuck"]


def _cross(store: Database, clock: FixedClock) -> list[str]:
    with store.transaction() as session:
        event_id = make_event(session, clock.now(), capacity=1).id
    for index in range(2):
        come(store, clock, event_id, index)
    met, locked = threading.Barrier(2), threading.Event()

    def leave(index: int) -> str:
        with store.transaction() as session:
            contact = contacts.meet(session, f"person-{index}", clock.now())
            mine = session.scalars(select(Signup).where(Signup.contact_id == contact.id)).one()
            met.wait(30)
            if index == 0:
                seats.lock(session, event_id)
                locked.set()
                _wait_for_blocked(store)
            locked.wait(30)
            signups.cancel(session, mine, clock.now())
        return "done"

    def run(index: int) -> str:
        try:
            return leave(index)
        except OperationalError:
            return "stuck"

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(run, range(2)))


def _wait_for_blocked(store: Database) -> None:
    """Until another connection waits for a lock."""
    for _ in range(500):
        with store.engine.connect() as connection:
            if connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        time.sleep(0.01)


def _locked_fully(session: Session, open_id: str) -> Contact | None:
    from core.crypto import keyring

    query = select(Contact).where(Contact.open_id_hash == keyring().lookup(open_id)).with_for_update()
    return session.scalar(query)


# --- a transaction that is cut ----------------------------------------------------------------------------------


@only_postgres
def test_a_connection_cut_before_commit_leaves_the_seat_free(store: Database, clock: FixedClock, event: UUID) -> None:
    def sign_up_and_be_cut() -> None:
        with store.transaction() as session:
            contact = contacts.meet(session, "lin", clock.now())
            signups.sign_up(session, session.get_one(Event, event), contact, {}, clock.now())
            mine = session.scalar(text("SELECT pg_backend_pid()"))
            with store.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:mine)"), {"mine": mine})

    with pytest.raises(DBAPIError):
        sign_up_and_be_cut()
    with store.transaction() as session:
        assert session.get_one(Event, event).taken == 0
        assert session.scalars(select(Signup)).all() == []

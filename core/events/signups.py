"""Sign up for an event (报名) and cancel; safe against everybody else who does so at the same moment (R17, R18)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.events import places, seats
from core.events.errors import AlreadySignedUp, EventFull, NoWaitingList, SignupClosed, TooLateToCancel
from core.events.models import CANCELLED, CONFIRMED, WAITING, Event, Signup
from core.events.places import Answers
from core.events.waiting_list import end_of_queue, promote_from_waiting_list


def sign_up(session: Session, event: Event, contact: Contact, answers: Answers, now: datetime) -> Signup:
    """Take a seat. Raises AlreadySignedUp, SignupClosed, EventFull or NoWaitingList, and then has changed nothing."""
    event = seats.lock(session, event.id)
    _refuse_second(session, event, contact)
    _refuse_closed(event, now)
    if not seats.take(session, event):
        raise (EventFull if event.has_waiting_list else NoWaitingList)(title=event.title)
    return places.write(session, event, contact, answers, state=CONFIRMED, created_at=now, confirmed_at=now)


def join_waiting_list(session: Session, event: Event, contact: Contact, answers: Answers, now: datetime) -> Signup:
    """Queue up; who finds a seat free by now gets it, so that no seat stays empty beside a queue.

    Raises AlreadySignedUp, SignupClosed or NoWaitingList.
    """
    event = seats.lock(session, event.id)
    if event.seats_left:
        return sign_up(session, event, contact, answers, now)
    _refuse_second(session, event, contact)
    _refuse_closed(event, now)
    if not event.has_waiting_list:
        raise NoWaitingList(title=event.title)
    queued_at = end_of_queue(session, event, now)
    return places.write(session, event, contact, answers, state=WAITING, created_at=now, queued_at=queued_at)


def cancel(session: Session, signup: Signup, now: datetime) -> list[Signup]:
    """Give the place up; a seat goes to who waits longest, in the same transaction. Gives those who moved up.

    Cancelling twice changes nothing. Raises TooLateToCancel once the event has begun.
    """
    event = seats.lock(session, signup.event_id)
    if now >= event.starts_at:
        raise TooLateToCancel(title=event.title)
    return _leave(session, event, signup, now)


def cancel_all(session: Session, contact: Contact, until: datetime, now: datetime) -> list[Signup]:
    """Give up what was taken `until` then in events that have not begun, for who is to be forgotten (P8)."""
    # In one order for everybody: two people who leave the same two events must not wait for each other.
    query = select(Signup).join(Event, Event.id == Signup.event_id).order_by(Signup.event_id)
    live = query.where(Signup.contact_id == contact.id, Signup.state != CANCELLED, Event.starts_at > now)
    live = live.where(Signup.created_at <= until)
    cancelled = list(session.scalars(live))
    for signup in cancelled:
        _leave(session, seats.lock(session, signup.event_id), signup, now)
    return cancelled


def change_capacity(session: Session, event: Event, capacity: int, now: datetime) -> list[Signup]:
    """More seats go to who waits; fewer than are taken throws nobody out (R17). Gives those who moved up."""
    if capacity < 0:
        raise ValueError("a capacity cannot be negative")
    event = seats.lock(session, event.id)
    event.capacity = capacity
    event.over_capacity = event.taken > capacity
    session.flush()
    return promote_from_waiting_list(session, event, now)


def _leave(session: Session, event: Event, signup: Signup, now: datetime) -> list[Signup]:
    session.refresh(signup)  # under the lock: it may have been promoted or cancelled a moment ago
    before = signup.state
    if before == CANCELLED:
        return []
    signup.state, signup.cancelled_at = CANCELLED, now
    session.flush()
    if before == WAITING:
        return []
    seats.release(session, event)
    return promote_from_waiting_list(session, event, now)


def _refuse_second(session: Session, event: Event, contact: Contact) -> None:
    if live := places.find_live(session, event, contact):
        raise AlreadySignedUp(title=event.title, number=live.number)


def _refuse_closed(event: Event, now: datetime) -> None:
    if not event.takes_signups(now):
        raise SignupClosed(title=event.title)

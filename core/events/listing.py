"""Which events (活动) there are: open for sign-up, coming, by number, by what somebody said of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local
from core.db import read_once
from core.events.errors import EventNotFound
from core.events.models import Event


def open_for_signup(session: Session, now: datetime) -> list[Event]:
    """What one can sign up for now, the next first; full ones too, for they have a waiting list."""
    return [event for event in coming(session, now) if event.signup_opens_at <= now < event.signup_closes_at]


def coming(session: Session, now: datetime) -> list[Event]:
    """Everything that is not over, the next first."""
    return list(read_once(session, "events.coming", lambda: _coming(session, now)))


def _coming(session: Session, now: datetime) -> Sequence[Event]:
    query = select(Event).where(Event.published, Event.ends_at > now).order_by(Event.starts_at, Event.number)
    return session.scalars(query).all()


def get(session: Session, number: str) -> Event:
    """The event of this number. Raises EventNotFound."""
    # PostgreSQL refuses a NUL in a text, which an address may hold.
    is_number = number.isprintable()
    event = session.scalar(select(Event).where(Event.number == number, Event.published)) if is_number else None
    if event is None:
        raise EventNotFound
    return event


def state_of(event: Event, now: datetime) -> str:
    """What one can do about it now: later, open, waiting (候补), full, closed, past."""
    if event.ends_at <= now:
        return "past"
    if now < event.signup_opens_at:
        return "later"
    if not event.takes_signups(now):
        return "closed"
    if event.seats_left:
        return "open"
    return "waiting" if event.has_waiting_list else "full"


def numbered(session: Session, numbers: Sequence[str]) -> list[Event]:
    """The events of these numbers, in this order; those that were taken down meanwhile are left out."""
    found = {event.number: event for event in read_once(session, "events.published", lambda: _published(session))}
    return [found[number] for number in numbers if number in found]


def _published(session: Session) -> Sequence[Event]:
    return session.scalars(select(Event).where(Event.published)).all()


def about(events: Sequence[Event], words: Sequence[str]) -> list[Event]:
    """Those that the words speak of, by title or kind; best first.

    One short word in common is not enough where others were said: 预防校园欺凌 is not 校园技能比武.
    """
    shared = [([word for word in words if word in event.title or word in event.kind], event) for event in events]
    found = [(_letters(hits), event) for hits, event in shared if _is_enough(hits, words)]
    return [event for _, event in sorted(found, key=lambda pair: -pair[0])]


def on_day(events: Sequence[Event], day: date) -> list[Event]:
    """Those that begin on this day, on the city's clock."""
    return [event for event in events if local(event.starts_at).date() == day]


def _is_enough(hits: Sequence[str], words: Sequence[str]) -> bool:
    # Long words tell more: 招聘会 is a wish, 青年 is in half of the titles.
    return any(len(word) > 2 for word in hits) or 0 < _letters(words) <= 2 * _letters(hits)


def _letters(words: Sequence[str]) -> int:
    return sum(map(len, words))

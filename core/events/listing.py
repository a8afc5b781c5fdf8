"""Which events (活动) there are: open for sign-up, coming, by number, by what somebody said of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, make_transient_to_detached

from core.clock import local
from core.db import is_shared, read_once
from core.events.errors import EventNotFound
from core.events.models import Event
from core.prepared import Prepared
from core.understanding import Days


def open_for_signup(session: Session, now: datetime) -> list[Event]:
    """What one can sign up for now, the next first; full ones too, for they have a waiting list."""
    return [event for event in coming(session, now) if event.signup_opens_at <= now < event.signup_closes_at]


def coming(session: Session, now: datetime) -> list[Event]:
    """Everything that is not over, the next first; for looking at, where several messages share a transaction."""
    if is_shared(session):
        return list(read_once(session, "events.coming", lambda: _SNAPSHOT.coming(session, now)))
    return list(session.scalars(select(Event).where(*_is_coming(now)).order_by(*_NEXT_FIRST)))


def _is_coming(now: Any) -> tuple[Any, ...]:
    return Event.published, Event.ends_at > now


_NEXT_FIRST = Event.starts_at, Event.number
_COLUMNS = list(Event.__table__.columns)


class _Snapshot:
    """Built from rows only when those differ from the last ones: every second message asks, and few change a thing."""

    def __init__(self) -> None:
        moment = bindparam("now", type_=Event.ends_at.type)
        query = select(*_COLUMNS).where(*_is_coming(moment)).order_by(*_NEXT_FIRST)
        self._rows = Prepared(lambda _: query)
        self._last: tuple[list[tuple[Any, ...]], list[Event]] = [], []

    def coming(self, session: Session, now: datetime) -> list[Event]:
        """The events, in no session, as they are in the database now."""
        rows = self._rows.rows(session, now=now)
        seen, events = self._last
        if rows != seen:
            events = [self._event(row) for row in rows]
            self._last = rows, events
        return events

    @staticmethod
    def _event(row: tuple[Any, ...]) -> Event:
        event = Event(**{column.key: value for column, value in zip(_COLUMNS, row, strict=True)})
        make_transient_to_detached(event)
        return event


_SNAPSHOT = _Snapshot()


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


def numbered(session: Session, numbers: Sequence[str], now: datetime) -> list[Event]:
    """The events of these numbers, in this order; those that were taken down meanwhile are left out."""
    found = {event.number: event for event in coming(session, now)}
    if missing := [number for number in numbers if number not in found]:
        rest = session.scalars(select(Event).where(Event.published, Event.number.in_(missing)))
        found |= {event.number: event for event in rest}
    return [found[number] for number in numbers if number in found]


def about(events: Sequence[Event], words: Sequence[str]) -> list[Event]:
    """Those that the words speak of, by title or kind; best first.

    One short word in common is not enough where others were said: 预防校园欺凌 is not 校园技能比武.
    """
    shared = [([word for word in words if word in event.title or word in event.kind], event) for event in events]
    found = [(_letters(hits), event) for hits, event in shared if _is_enough(hits, words)]
    return [event for _, event in sorted(found, key=lambda pair: -pair[0])]


def on_day(events: Sequence[Event], day: date) -> list[Event]:
    """Those that begin on this day, on the city's clock."""
    return on_days(events, Days(day, day))


def on_days(events: Sequence[Event], days: Days) -> list[Event]:
    """Those that begin on one of these days, on the city's clock."""
    return [event for event in events if local(event.starts_at).date() in days]


def _is_enough(hits: Sequence[str], words: Sequence[str]) -> bool:
    # Long words tell more: 招聘会 is a wish, 青年 is in half of the titles.
    return any(len(word) > 2 for word in hits) or 0 < _letters(words) <= 2 * _letters(hits)


def _letters(words: Sequence[str]) -> int:
    return sum(map(len, words))

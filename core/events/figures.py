"""Figures about events (活动数字): what meets when, seats and queues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.events.models import WAITING, Event, Signup


@dataclass(frozen=True)
class Meeting:
    """An event as it meets on one day (场次), and how many queue for a place in it (候补)."""

    event: Event
    title: str
    starts_at: datetime
    ends_at: datetime | None
    queued: int


def between(session: Session, since: datetime, until: datetime) -> list[Meeting]:
    """What meets between two moments, the first first; of a series only the dates that fall in there."""
    query = select(Event).where(Event.published, Event.starts_at < until, Event.ends_at > since)
    events = session.scalars(query).all()
    queues = _queues(session, events)
    meetings = [meeting for event in events for meeting in _meetings(event, queues.get(event.id, 0))]
    inside = [one for one in meetings if one.starts_at < until and (one.ends_at or one.starts_at) >= since]
    return sorted(inside, key=lambda one: (one.starts_at, one.event.number))


def following(session: Session, since: datetime, limit: int) -> list[Meeting]:
    """The next events that begin from then on."""
    query = select(Event).where(Event.published, Event.starts_at >= since).order_by(Event.starts_at, Event.number)
    events = session.scalars(query.limit(limit)).all()
    queues = _queues(session, events)
    return [next(_meetings(event, queues.get(event.id, 0))) for event in events]


def _meetings(event: Event, queued: int) -> Iterator[Meeting]:
    if not event.sessions:
        yield Meeting(event, event.title, event.starts_at, event.ends_at, queued)
        return
    # `ends_at` of a series is the end of its last date, so the end of its first is not known.
    yield Meeting(event, event.title, event.starts_at, None, queued)
    for one in event.sessions:
        starts_at = datetime.fromisoformat(one["starts_at"])
        if starts_at != event.starts_at:
            title = f"{event.title}：{one['title']}"
            yield Meeting(event, title, starts_at, datetime.fromisoformat(one["ends_at"]), queued)


def _queues(session: Session, events: Sequence[Event]) -> dict[object, int]:
    queued = select(Signup.event_id, func.count()).where(Signup.event_id.in_([event.id for event in events]))
    rows = session.execute(queued.where(Signup.state == WAITING).group_by(Signup.event_id))
    return {row[0]: row[1] for row in rows}

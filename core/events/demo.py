"""Demo events (演示活动): put them into the database, and give those that are over a new date."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.demo.events import DemoEvent, DemoSession, load_events
from core.clock import local
from core.contacts import contacts
from core.contacts.models import Contact
from core.events import places
from core.events.models import CANCELLED, CONFIRMED, Event, Signup


def seed(session: Session, now: datetime) -> int:
    """Make what is missing and renew what is over; gives how many. A second run changes nothing."""
    present = {event.number: event for event in session.scalars(select(Event))}
    due = [(demo, present.get(demo.number)) for demo in load_events() if _is_due(present.get(demo.number), now)]
    guests = _guests(session, max((demo.taken for demo, _ in due), default=0), now)
    for demo, event in due:
        event = _make(session, demo, now) if event is None else _renew(session, event, demo, now)
        # A taken seat is somebody's: the count and the rows agree, as everywhere (R17).
        facts = {"state": CONFIRMED, "created_at": now, "confirmed_at": now}
        session.add_all(places.draft(event, guest, {}, **facts) for guest in guests[: demo.taken])
        session.flush()
    return len(due)


def _is_due(event: Event | None, now: datetime) -> bool:
    return event is None or (event.is_demo and event.ends_at <= now)


def _guests(session: Session, count: int, now: datetime) -> list[Contact]:
    """Demo people (演示报名者), the same for all events; they follow nobody and write nothing."""
    return [contacts.meet(session, f"demo-guest-{index:04d}", now) for index in range(1, count + 1)]


def _make(session: Session, demo: DemoEvent, now: datetime) -> Event:
    event = Event(
        number=demo.number,
        title=demo.title,
        kind=demo.kind,
        summary=demo.summary,
        body=demo.body,
        place=demo.place,
        district=demo.district,
        capacity=demo.capacity,
        taken=demo.taken,
        has_waiting_list=demo.waiting_list,
        min_age=demo.min_age,
        max_age=demo.max_age,
        fields=[{"name": one.name, "purpose": one.purpose, "required": one.required} for one in demo.fields],
        is_demo=True,
        **_dates(demo, now),
    )
    session.add(event)
    session.flush()
    return event


def _renew(session: Session, event: Event, demo: DemoEvent, now: datetime) -> Event:
    """A new round of an event that is over: its sign-ups were for the old date."""
    over = select(Signup).where(Signup.event_id == event.id, Signup.state != CANCELLED)
    for signup in session.scalars(over):
        signup.state, signup.cancelled_at = CANCELLED, now
    event.taken, event.capacity, event.over_capacity = demo.taken, demo.capacity, False
    for name, value in _dates(demo, now).items():
        setattr(event, name, value)
    session.flush()
    return event


def _dates(demo: DemoEvent, now: datetime) -> dict[str, Any]:
    today = local(now).date()
    meetings = [_meeting(one, today) for one in demo.sessions]
    # A series is over when its last meeting is.
    ends = [demo.ends_at(today), *(_end(one, today) for one in demo.sessions)]
    return {
        "starts_at": demo.starts_at(today),
        "ends_at": max(ends),
        "signup_opens_at": demo.signup_opens_at(today),
        "signup_closes_at": min(demo.signup_closes_at(today), demo.starts_at(today)),
        "sessions": meetings,
    }


def _meeting(one: DemoSession, today: date) -> dict[str, str]:
    starts_at, ends_at = one.starts_at(today).isoformat(), _end(one, today).isoformat()
    return {"title": one.title, "starts_at": starts_at, "ends_at": ends_at}


def _end(one: DemoSession, today: date) -> datetime:
    return one.starts_at(today) + timedelta(hours=one.duration_h)

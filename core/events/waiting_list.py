"""The waiting list (候补): first come, first served, and each promoted once (R17)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.events import seats
from core.events.models import CONFIRMED, WAITING, Event, Signup
from core.outbox import deliveries

NOTICE = "signup_notice"


def place_in_queue(session: Session, signup: Signup) -> int:
    """1 for who is next; 0 for a sign-up that waits no longer."""
    if signup.state != WAITING:
        return 0
    ahead = _waiting(func.count(), signup.event_id).where(Signup.queued_at <= signup.queued_at)
    return session.scalar(ahead) or 0


def queue_length(session: Session, event: Event) -> int:
    """How many wait."""
    return session.scalar(_waiting(func.count(), event.id)) or 0


def end_of_queue(session: Session, event: Event, now: datetime) -> datetime:
    """A moment behind everybody who ever waited; the caller holds the event's lock.

    Machines' clocks differ a little, and who was told "you are first" must stay first (R23).
    """
    last = session.scalar(select(func.max(Signup.queued_at)).where(Signup.event_id == event.id))
    return max(now, last + timedelta(microseconds=1)) if last else now


def promote_from_waiting_list(session: Session, event: Event, now: datetime) -> list[Signup]:
    """Give free seats to those who wait longest, and owe each the news; never into an event that has begun."""
    event = seats.lock(session, event.id)
    promoted: list[Signup] = []
    while event.seats_left and now < event.starts_at and (signup := _next_in_queue(session, event)):
        seats.take(session, event)
        signup.state, signup.confirmed_at = CONFIRMED, now
        session.flush()
        _owe_news(session, event, signup, now)
        promoted.append(signup)
    return promoted


def _waiting(what: Any, event_id: UUID) -> Select[Any]:
    return select(what).select_from(Signup).where(Signup.event_id == event_id, Signup.state == WAITING)


def _next_in_queue(session: Session, event: Event) -> Signup | None:
    first = _waiting(Signup, event.id).order_by(Signup.queued_at, Signup.id).limit(1)
    return session.scalar(first.execution_options(populate_existing=True))


def _owe_news(session: Session, event: Event, signup: Signup, now: datetime) -> None:
    payload = {"news": "promoted", "event": event.number, "signup": signup.number}
    key = f"{NOTICE}:promoted:{signup.id}"
    deliveries.owe(session, NOTICE, key, now, payload, contact_id=signup.contact_id, expires_at=event.starts_at)

"""The seats (名额) of an event: taken and given back under the event's row lock, never beyond the capacity (R17)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import changed_rows
from core.events.models import Event


def lock(session: Session, event_id: UUID) -> Event:
    """The event as it stands now, held until the transaction ends.

    Whoever changes a sign-up takes this lock first: what was read before it may be old (R17).
    On SQLite the transaction is the only writer anyway.
    """
    query = select(Event).where(Event.id == event_id)
    # NO KEY UPDATE: rows that merely point at the event need not wait for us.
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(query).one()


def take(session: Session, event: Event) -> bool:
    """Take one seat, if one is left: a single statement, which holds even against somebody who took no lock."""
    statement = update(Event).where(Event.id == event.id, Event.taken < Event.capacity).values(taken=Event.taken + 1)
    taken = changed_rows(session, statement.execution_options(synchronize_session=False))
    session.refresh(event)
    return bool(taken)


def release(session: Session, event: Event) -> None:
    """Give one seat back; the caller holds the lock."""
    event.taken -= 1
    event.over_capacity = event.taken > event.capacity
    session.flush()

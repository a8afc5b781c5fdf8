"""What deliveries (待发) hold of one person: tell it, forget it; and which alert about them still waits (P8, P9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.outbox.models import PENDING, REFUSED, UNHANDLED_CRISIS, Delivery

# Not for the person, but about them: it stays owed until a human has it (R8).


def of(session: Session, contact: Contact) -> list[dict[str, Any]]:
    """What left or will leave for this person, oldest first."""
    query = select(Delivery).where(_to(contact)).order_by(Delivery.created_at, Delivery.id)
    return [
        {"at": row.created_at.isoformat(), "kind": row.kind, "state": row.state, "content": row.payload}
        for row in session.scalars(query)
    ]


def forget(session: Session, contact: Contact, until: datetime, now: datetime) -> int:
    """Empty what was owed to this person; what has not left yet does not leave any more."""
    rows = session.scalars(select(Delivery).where(_to(contact), Delivery.created_at <= until)).all()
    for row in rows:
        row.payload = None
        if row.state == PENDING:
            row.state, row.reason, row.settled_at = REFUSED, "erased", now
    session.flush()
    return len(rows)


def unhandled(session: Session, contact: Contact) -> list[UUID]:
    """Messages in a crisis that no human has been told of yet: they are held until one has."""
    query = select(Delivery.interaction_id).where(
        Delivery.contact_id == contact.id,
        Delivery.kind == UNHANDLED_CRISIS,
        Delivery.state == PENDING,
        Delivery.interaction_id.is_not(None),
    )
    return [found for found in session.scalars(query) if found]


def _to(contact: Contact) -> ColumnElement[bool]:
    has_content = Delivery.payload_sealed.is_not(None)
    return and_(Delivery.contact_id == contact.id, Delivery.kind != UNHANDLED_CRISIS, has_content)

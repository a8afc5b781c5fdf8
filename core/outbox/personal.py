"""What deliveries (待发) hold of one person: tell it, forget it; and which alert about them still waits (P8, P9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.outbox.models import NEEDS_HUMAN, PENDING, REFUSED, UNHANDLED_CRISIS, Attempt, Delivery

# Not for the person, but about them: it stays owed until a human has it (R8).


def of(session: Session, contact: Contact) -> list[dict[str, Any]]:
    """What left or will leave for this person, oldest first."""
    query = select(Delivery).where(_to(contact)).order_by(Delivery.created_at, Delivery.id)
    return [
        {
            "at": row.created_at.isoformat(),
            "kind": row.kind,
            "state": row.state,
            "reason": row.reason,
            "settled_at": row.settled_at.isoformat() if row.settled_at else None,
            "content": row.payload,
        }
        for row in session.scalars(query)
    ]


def forget(session: Session, contact: Contact, until: datetime, now: datetime) -> int:
    """Empty what was owed to this person; what has not left yet does not leave any more."""
    rows = session.scalars(select(Delivery).where(_to(contact), Delivery.created_at <= until)).all()
    for row in rows:
        row.payload = None
        if row.state in (PENDING, NEEDS_HUMAN):
            # Whoever is about to send it finds out that it is no longer theirs.
            row.state, row.reason, row.settled_at = REFUSED, "erased", now
            row.claim = row.claimed_until = None
    _forget_numbers(session, [row.id for row in rows])
    session.flush()
    return len(rows)


def _forget_numbers(session: Session, ids: list[UUID]) -> None:
    """WeChat's numbers of what was sent would lead back to the person there; that there was a call stays."""
    for start in range(0, len(ids), 500):  # SQLite takes a limited number of values in one statement
        calls = update(Attempt).where(Attempt.delivery_id.in_(ids[start : start + 500]))
        session.execute(calls.values(remote_id=""))


def unhandled(session: Session, contact: Contact) -> list[UUID]:
    """Messages in a crisis that no human has been told of yet: they are held until one has."""
    query = select(Delivery.interaction_id).where(
        Delivery.contact_id == contact.id,
        Delivery.kind == UNHANDLED_CRISIS,
        Delivery.state.in_((PENDING, NEEDS_HUMAN)),
        Delivery.interaction_id.is_not(None),
    )
    return [found for found in session.scalars(query) if found]


def _to(contact: Contact) -> ColumnElement[bool]:
    has_content = Delivery.payload_sealed.is_not(None)
    return and_(Delivery.contact_id == contact.id, Delivery.kind != UNHANDLED_CRISIS, has_content)

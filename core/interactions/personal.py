"""What interactions (互动记录) hold of one person: tell it, forget it (P8, P9)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.interactions.models import Interaction
from core.interactions.replies import as_text

LOCATIONS = ("location", "location_report", "location_select")
# An address in this reply still opens everything for a day: it belongs in no copy that is kept or passed on.
PRIVACY_LINK = "privacy.link"
# The row and its dedupe key stay, so that a push that comes again is still known (R2); nothing of what was said does.
EMPTIED: dict[str, Any] = {
    "text_sealed": None,
    "raw_sealed": None,
    "reply_sealed": None,
    "route": "erased",
    "reply_key": "",
    "intent": "",
    "risk": "none",
    "topic": "",
    "reasons": [],
    "details": {},
}


def count(session: Session, contact: Contact) -> int:
    """How many messages we still hold."""
    return session.scalar(select(func.count()).select_from(Interaction).where(_held(contact))) or 0


def of(session: Session, contact: Contact) -> list[dict[str, Any]]:
    """Every exchange that was not erased, oldest first."""
    query = select(Interaction).where(_held(contact)).order_by(Interaction.received_at, Interaction.id)
    return [_told(row) for row in session.scalars(query)]


def forget(session: Session, contact: Contact, until: datetime, now: datetime, keep: Collection[UUID] = ()) -> int:
    """Empty what was exchanged up to `until`, except the interactions to `keep`; gives how many."""
    return _empty(session, and_(_held(contact), Interaction.received_at <= until, Interaction.id.not_in(keep)), now)


def forget_these(session: Session, contact: Contact, ids: Collection[UUID], now: datetime) -> int:
    """Empty these interactions of the person; gives how many."""
    return _empty(session, and_(_held(contact), Interaction.id.in_(ids)), now)


def forget_locations(session: Session, contact: Contact, now: datetime) -> int:
    """Empty the places a person sent, and what they were answered with."""
    return _empty(session, and_(_held(contact), Interaction.kind.in_(LOCATIONS)), now)


def _held(contact: Contact) -> ColumnElement[bool]:
    contents = (Interaction.text_sealed, Interaction.raw_sealed, Interaction.reply_sealed)
    holds_something = or_(*(content.is_not(None) for content in contents))
    return and_(Interaction.contact_id == contact.id, Interaction.erased_at.is_(None), holds_something)


def _empty(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    ids = session.scalars(select(Interaction.id).where(which)).all()
    for start in range(0, len(ids), 500):  # SQLite takes a limited number of values in one statement
        emptied = update(Interaction).where(Interaction.id.in_(ids[start : start + 500]))
        session.execute(emptied.values(**EMPTIED, erased_at=now), execution_options={"synchronize_session": "fetch"})
    return len(ids)


def _told(row: Interaction) -> dict[str, Any]:
    return {
        "at": row.received_at.isoformat(),
        "direction": row.direction,
        "kind": row.kind,
        "text": row.text,
        "raw": row.raw,
        "reply": as_text(row.reply) if row.reply and row.reply_key != PRIVACY_LINK else None,
        # No risk: a score is never read out to the person (S6).
        "understood_as": {"route": row.route, "intent": row.intent, "topic": row.topic},
    }

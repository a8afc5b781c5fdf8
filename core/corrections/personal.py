"""What corrections (纠正样本) hold of one person: tell it, forget it (P8, P9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.corrections.models import Correction
from core.db import changed_rows


def count(session: Session, contact: Contact) -> int:
    """How many of their sentences are kept, without names, to learn from."""
    return session.scalar(select(func.count()).where(Correction.contact_id == contact.id)) or 0


def of(session: Session, contact: Contact) -> list[dict[str, Any]]:
    """The sentences, oldest first. No risk: a score is never read out to the person (S6)."""
    query = select(Correction).where(Correction.contact_id == contact.id).order_by(Correction.said_at, Correction.id)
    return [
        {"said_at": row.said_at.isoformat(), "text": row.text, "kept_until": row.expires_at.isoformat()}
        for row in session.scalars(query)
    ]


def forget(session: Session, contact: Contact, until: datetime) -> int:
    """Delete what was made of words said `until` then, decided or not; gives how many."""
    own = delete(Correction).where(Correction.contact_id == contact.id, Correction.said_at <= until)
    return changed_rows(session, own)

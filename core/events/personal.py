"""What sign-ups (报名) hold of one person: tell it, forget it (P8, P9)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.events import signups
from core.events.models import Event, Signup


def of(session: Session, contact: Contact) -> list[dict[str, Any]]:
    """Every sign-up that was not emptied, with its answers, oldest first."""
    query = (
        select(Signup, Event)
        .join(Event, Event.id == Signup.event_id)
        .where(Signup.contact_id == contact.id, Signup.answers_sealed.is_not(None))
        .order_by(Signup.created_at)
    )
    return [_told(signup, event) for signup, event in session.execute(query)]


def forget(session: Session, contact: Contact, until: datetime, now: datetime) -> int:
    """Give up places in what has not begun, and empty the answers; gives how many sign-ups that were."""
    signups.cancel_all(session, contact, until, now)
    query = select(Signup).where(
        Signup.contact_id == contact.id, Signup.created_at <= until, Signup.answers_sealed.is_not(None)
    )
    rows = session.scalars(query).all()
    for row in rows:
        row.answers = None
    session.flush()
    return len(rows)


def _told(signup: Signup, event: Event) -> dict[str, Any]:
    return {
        "number": signup.number,
        "event": event.title,
        "starts_at": event.starts_at.isoformat(),
        "state": signup.state,
        "created_at": signup.created_at.isoformat(),
        "answers": json.loads(signup.answers) if signup.answers else None,
    }

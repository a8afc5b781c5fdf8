"""What log-ins (小程序登录) hold of one person: tell it, forget it (P8, P9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.db import changed_rows
from core.mini_program.models import MiniProgramSession


def of(session: Session, contact: Contact) -> list[dict[str, Any]]:
    """When they logged in, oldest first; the keys of a log-in are ours to keep, and open nothing elsewhere."""
    query = select(MiniProgramSession).where(MiniProgramSession.contact_id == contact.id)
    rows = session.scalars(query.order_by(MiniProgramSession.created_at, MiniProgramSession.id))
    return [
        {"logged_in_at": row.created_at.isoformat(), "seen_at": row.seen_at.isoformat()}
        | {"expires_at": row.expires_at.isoformat()}
        for row in rows
    ]


def forget(session: Session, contact: Contact, until: datetime) -> int:
    """End every log-in there was `until` then; gives how many."""
    own = delete(MiniProgramSession).where(MiniProgramSession.contact_id == contact.id)
    return changed_rows(session, own.where(MiniProgramSession.created_at <= until))

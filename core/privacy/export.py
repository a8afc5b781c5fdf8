"""Everything about one person, decrypted and machine-readable (个人信息副本, P9)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.contacts import personal as identity
from core.contacts.models import Contact
from core.corrections import personal as corrections
from core.events import personal as signups
from core.interactions import personal as exchanges
from core.mini_program import personal as logins
from core.outbox import personal as deliveries
from core.referrals import personal as cases

VERSION = 1


def of(session: Session, contact: Contact) -> dict[str, Any]:
    """Plain values that JSON can carry; moments are ISO 8601 in UTC."""
    return {
        "version": VERSION,
        "contact": identity.of(session, contact),
        "messages": exchanges.of(session, contact),
        "signups": signups.of(session, contact),
        "cases": cases.of(session, contact),
        "suggestions": cases.suggestions_of(session, contact),
        "deliveries": deliveries.of(session, contact),
        "logins": logins.of(session, contact),
        "training_examples": corrections.of(session, contact),
    }

"""What the contact (联系人), their consents and their dialogue hold of one person: tell it, forget it (P8, P9)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.contacts.models import Consent, Contact, Conversation


def of(session: Session, contact: Contact) -> dict[str, Any]:
    """Who they are to us, what they agreed to, and the question that is open."""
    consents = session.scalars(select(Consent).where(Consent.contact_id == contact.id).order_by(Consent.given_at))
    dialogue = session.scalar(select(Conversation).where(Conversation.contact_id == contact.id))
    return {
        "open_id": contact.open_id,
        "union_id": contact.union_id,
        "first_seen_at": contact.created_at.isoformat(),
        "last_seen_at": contact.last_seen_at.isoformat(),
        "subscribed_at": _iso(contact.subscribed_at),
        "unsubscribed_at": _iso(contact.unsubscribed_at),
        "source_scene": contact.source_scene,
        "linked_cadre": contact.linked_cadre,
        "consents": [_told(consent) for consent in consents],
        "dialogue": json.loads(dialogue.answers) if dialogue is not None and dialogue.answers else None,
    }


def forget_dialogue(session: Session, contact: Contact, until: datetime) -> None:
    """Drop what was answered so far to a question that is open."""
    session.execute(delete(Conversation).where(Conversation.contact_id == contact.id, Conversation.updated_at <= until))


def forget_identity(session: Session, contact: Contact, now: datetime) -> None:
    """Only the keyed hash stays, which knows a push or a restored backup again; consents stay as proof of nobody."""
    contact.open_id = contact.union_id = contact.linked_cadre = None
    contact.source_scene, contact.erased_at = "", now
    given = update(Consent).where(Consent.contact_id == contact.id, Consent.withdrawn_at.is_(None))
    session.execute(given.values(withdrawn_at=now))
    session.flush()


def _told(consent: Consent) -> dict[str, Any]:
    return {
        "purpose": consent.purpose,
        "text_version": consent.text_version,
        "given_at": consent.given_at.isoformat(),
        "withdrawn_at": _iso(consent.withdrawn_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

"""Informed consent (知情同意): give, withdraw, look up; as easy to withdraw as to give (P2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.contacts.models import Consent, Contact

REFERRAL = "referral"


def give(session: Session, contact: Contact, purpose: str, text_version: str, at: datetime) -> Consent:
    """Record that this person agreed to this version of the text; an equal consent still in force is kept."""
    earlier = in_force(session, contact, purpose)
    if earlier is not None and earlier.text_version == text_version:
        return earlier
    consent = Consent(contact_id=contact.id, purpose=purpose, text_version=text_version, given_at=at)
    session.add(consent)
    session.flush()
    return consent


def withdraw(session: Session, contact: Contact, purpose: str, at: datetime) -> int:
    """End every consent to this purpose; gives how many."""
    given = session.scalars(_in_force(contact, purpose)).all()
    for consent in given:
        consent.withdrawn_at = at
    session.flush()
    return len(given)


def in_force(session: Session, contact: Contact, purpose: str) -> Consent | None:
    """The latest consent to this purpose that was not withdrawn."""
    return session.scalars(_in_force(contact, purpose).order_by(Consent.given_at.desc())).first()


def _in_force(contact: Contact, purpose: str) -> Select[Consent]:
    return select(Consent).where(
        Consent.contact_id == contact.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )

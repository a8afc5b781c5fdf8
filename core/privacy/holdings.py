"""What we hold on a person, in numbers (我们存了什么)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.contacts import personal as identity
from core.contacts.models import Contact
from core.corrections import personal as corrections
from core.events import personal as signups
from core.interactions import personal as exchanges
from core.mini_program import personal as logins
from core.referrals import personal as cases


@dataclass(frozen=True)
class Holdings:
    """Counts, and the number of the open case that an erasure would have to wait for."""

    since: datetime
    messages: int
    signups: int
    cases: int
    consents: int
    logins: int
    examples: int
    held_case: str


def of(session: Session, contact: Contact) -> Holdings:
    """Count everything that has not been emptied."""
    held = cases.held(session, contact)
    return Holdings(
        since=contact.created_at,
        messages=exchanges.count(session, contact),
        signups=len(signups.of(session, contact)),
        cases=len(cases.of(session, contact)),
        consents=sum(not consent["withdrawn_at"] for consent in identity.of(session, contact)["consents"]),
        logins=len(logins.of(session, contact)),
        examples=corrections.count(session, contact),
        held_case=held.number if held else "",
    )

"""The sign-up rows (报名记录): look them up and write them; who may have one is decided in signups.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.db import is_shared
from core.events.models import CANCELLED, Event, Signup
from core.ids import short_number
from core.prepared import Prepared

Answers = Mapping[str, Any]


def find_live(session: Session, event: Event, contact: Contact) -> Signup | None:
    """The person's seat or place in the queue, if they have one."""
    live = select(Signup).where(Signup.event_id == event.id, Signup.contact_id == contact.id, Signup.state != CANCELLED)
    return session.scalar(live)


def find_own(session: Session, contact: Contact, number: str) -> tuple[Signup, Event] | None:
    """The person's own sign-up of this number; nobody else's (R25)."""
    query = select(Signup, Event).join(Event, Event.id == Signup.event_id)
    row = session.execute(query.where(Signup.number == number, Signup.contact_id == contact.id)).first()
    return (row[0], row[1]) if row else None


def live_of(session: Session, contact: Contact, now: datetime) -> list[tuple[Signup, Event]]:
    """What the person is signed up for and is not over yet, the next first."""
    if is_shared(session) and not _ANY_LIVE.rows(
        session, contact=contact.id
    ):  # most ask before they have signed up for anything
        return []
    query = (
        select(Signup, Event)
        .join(Event, Event.id == Signup.event_id)
        .where(Signup.contact_id == contact.id, Signup.state != CANCELLED, Event.ends_at > now)
        .order_by(Event.starts_at, Event.id)
    )
    return [(signup, event) for signup, event in session.execute(query)]


_ANY_LIVE = Prepared(
    lambda _: (
        select(Signup.id)
        .where(Signup.contact_id == bindparam("contact", type_=Signup.contact_id.type), Signup.state != CANCELLED)
        .limit(1)
    )
)


def answers_of(signup: Signup) -> Answers:
    """What was filled in; nothing after it was forgotten (P8)."""
    answers: Answers = json.loads(signup.answers) if signup.answers else {}
    return answers


def draft(event: Event, contact: Contact, answers: Answers, **facts: Any) -> Signup:
    """A sign-up that is not stored yet; the answers are sealed (P10)."""
    sealed = json.dumps(dict(answers), ensure_ascii=False)
    return Signup(number=short_number("B"), event_id=event.id, contact_id=contact.id, answers=sealed, **facts)


def write(session: Session, event: Event, contact: Contact, answers: Answers, **facts: Any) -> Signup:
    """Store a sign-up."""
    signup = draft(event, contact, answers, **facts)
    session.add(signup)
    session.flush()
    return signup

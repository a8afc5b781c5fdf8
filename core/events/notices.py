"""News of a sign-up (报名通知) that leaves later: somebody moved up from the waiting list."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import say
from core.contacts.models import Contact
from core.events.models import CONFIRMED, Event, Signup
from core.outbox.letters import Desk, NotOwed, Plan, TextLetter, to_one
from core.outbox.models import Delivery


def write(session: Session, delivery: Delivery, desk: Desk, now: datetime) -> Plan | NotOwed:
    """The news, unless it is none any more: whoever cancelled meanwhile needs not hear that they had a place."""
    signup = _signup(session, delivery)
    contact = session.get(Contact, delivery.contact_id) if delivery.contact_id else None
    if signup is None or signup.state != CONFIRMED or contact is None or contact.open_id is None:
        return NotOwed("no longer so")
    event = session.get_one(Event, signup.event_id)
    words = desk.say(
        "events.promoted",
        now,
        title=event.title,
        when=say(event.starts_at, now),
        place=event.place,
        number=signup.number,
    )
    return to_one(contact.open_id, TextLetter(words.text))


def _signup(session: Session, delivery: Delivery) -> Signup | None:
    if delivery.payload is None:
        return None
    number = json.loads(delivery.payload)["signup"]
    return session.scalar(select(Signup).where(Signup.number == number))

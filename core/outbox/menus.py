"""Choices to tap (msgmenu): a question of ours as a customer-service message, for accounts that have the right."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.contacts.conversations import Dialogue
from core.contacts.models import Contact
from core.db import Writes, is_shared
from core.outbox import deliveries, windows
from core.outbox.letters import RESERVE, Desk, MenuLetter, NotOwed, Plan, to_one
from core.outbox.models import MESSAGE_MENU, Delivery

# A question that comes later than this is none any more.
PATIENCE = timedelta(minutes=5)


def owe(
    session: Session, contact: Contact, interaction_id: UUID, letter: MenuLetter, expecting: str, now: datetime
) -> bool:
    """Write the question down to be sent, if the person's window leaves room for it (R15); False: ask in words.

    `expecting` is the step of the dialogue that takes the answer.
    """
    if is_shared(session):
        raise Writes
    if windows.of(session, contact, now).left <= RESERVE:
        return False
    payload = {"head": letter.head, "items": dict(letter.items), "tail": letter.tail, "expecting": expecting}
    deliveries.owe(
        session,
        MESSAGE_MENU,
        f"{MESSAGE_MENU}:{interaction_id}",
        now,
        payload,
        contact_id=contact.id,
        interaction_id=interaction_id,
        expires_at=now + PATIENCE,
    )
    return True


def write(session: Session, delivery: Delivery, _desk: Desk, now: datetime) -> Plan | NotOwed:
    """The question, unless the person has gone on meanwhile."""
    contact = session.get(Contact, delivery.contact_id) if delivery.contact_id else None
    if delivery.payload is None or contact is None or contact.open_id is None:
        return NotOwed("erased")
    asked: dict[str, Any] = json.loads(delivery.payload)
    if Dialogue.of(session, contact, now).expecting != asked["expecting"]:
        return NotOwed("no longer asked")
    return to_one(contact.open_id, MenuLetter(asked["head"], asked["items"], asked["tail"]))

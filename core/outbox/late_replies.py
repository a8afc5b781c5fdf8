"""Answers that nobody waits for any more (迟到的回复): what was stored leaves as a customer-service message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content.lexicon import GRAVE
from core.contacts.models import Contact
from core.interactions.models import Interaction
from core.interactions.replies import as_text
from core.outbox.letters import Desk, NotOwed, Plan, TextLetter, to_one
from core.outbox.models import Delivery


def write(session: Session, delivery: Delivery, _desk: Desk, _now: datetime) -> Plan | NotOwed:
    """The stored reply, to whoever wrote."""
    interaction = session.get(Interaction, delivery.interaction_id) if delivery.interaction_id else None
    contact = session.get(Contact, delivery.contact_id) if delivery.contact_id else None
    if interaction is None or interaction.reply is None or contact is None or contact.open_id is None:
        return NotOwed("erased")
    words = as_text(interaction.reply)
    return to_one(contact.open_id, TextLetter(words)) if words else NotOwed("nothing to say")


def is_crisis(session: Session, delivery: Delivery) -> bool:
    """Whether the reply holds the numbers for somebody in danger: then twice is better than never (R4)."""
    interaction = session.get(Interaction, delivery.interaction_id) if delivery.interaction_id else None
    return interaction is not None and interaction.risk in GRAVE

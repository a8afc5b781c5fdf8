"""Every table, in one import, for migrations and for tools that look at all of them."""

from core.contacts.models import Consent, Contact, Conversation
from core.db import Base
from core.events.models import Event, Signup
from core.interactions.models import Interaction
from core.outbox.models import Delivery
from core.privacy.models import Erasure
from core.referrals.models import CaseEvent, Referral

__all__ = [
    "Base",
    "CaseEvent",
    "Consent",
    "Contact",
    "Conversation",
    "Delivery",
    "Erasure",
    "Event",
    "Interaction",
    "Referral",
    "Signup",
]

"""Every table, in one import, for migrations and for tools that look at all of them."""

from core.contacts.models import Consent, Contact, Conversation
from core.corrections.models import Correction
from core.db import Base
from core.events.models import Event, Signup
from core.interactions.models import Interaction
from core.mini_program.models import MiniProgramSession
from core.outbox.models import Attempt, Delivery, InterfacePause, SweepRun
from core.privacy.models import Erasure
from core.referrals.models import CaseEvent, Referral
from core.staff.models import AuditHead, AuditRecord, LoginBrake, Staff, StaffSession
from core.wechat.models import AccessToken

__all__ = [
    "AccessToken",
    "Attempt",
    "AuditHead",
    "AuditRecord",
    "Base",
    "CaseEvent",
    "Consent",
    "Contact",
    "Conversation",
    "Correction",
    "Delivery",
    "Erasure",
    "Event",
    "Interaction",
    "InterfacePause",
    "LoginBrake",
    "MiniProgramSession",
    "Referral",
    "Signup",
    "Staff",
    "StaffSession",
    "SweepRun",
]

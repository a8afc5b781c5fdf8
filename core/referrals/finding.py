"""Which messages belong to which case (个案), by the number that people are told."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.referrals.models import CaseEvent, Referral


def messages_of(number: str) -> Select[UUID | None]:
    """The ids of the interactions that belong to the case of this number."""
    lines = select(CaseEvent.interaction_id).join(Referral, Referral.id == CaseEvent.referral_id)
    return lines.where(Referral.number == number.strip().upper(), CaseEvent.interaction_id.is_not(None))


def numbers_of(session: Session, contact_id: UUID) -> dict[UUID, str]:
    """The case's number for each message of this person that belongs to one."""
    lines = select(CaseEvent.interaction_id, Referral.number).join(Referral, Referral.id == CaseEvent.referral_id)
    found = session.execute(lines.where(Referral.contact_id == contact_id))
    return {interaction: number for interaction, number in found if interaction is not None}

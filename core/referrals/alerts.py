"""Owe the duty counselors an alert (告警) about a case: number, risk, topic, age; never words or identity (R8)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core.outbox import deliveries
from core.outbox.models import REFERRAL_ALERT, Delivery
from core.referrals.models import Referral


def owe(session: Session, referral: Referral, interaction_id: UUID | None, now: datetime) -> Delivery:
    """Write the alert in the transaction of its cause; one per case and message."""
    payload = {
        "number": referral.number,
        "risk": referral.risk,
        "topic": referral.topic,
        "source": referral.source,
        "age_minutes": int((now - referral.opened_at).total_seconds() // 60),
    }
    alert = deliveries.owe(
        session,
        REFERRAL_ALERT,
        f"{REFERRAL_ALERT}:{referral.id}:{interaction_id}",
        now,
        payload,
        referral_id=referral.id,
        interaction_id=interaction_id,
    )
    session.flush()
    return alert

"""Write deliveries (待发), and end those that are too late. Sending them is the worker's business."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from core.db import changed_rows
from core.outbox import nudges
from core.outbox.models import EXPIRED, PENDING, Delivery

# Platform D3: after a person's message, customer-service messages may go out for 48 hours.
REPLY_WINDOW = timedelta(hours=48)


def owe(
    session: Session,
    kind: str,
    key: str,
    at: datetime,
    payload: dict[str, Any],
    *,
    contact_id: UUID | None = None,
    referral_id: UUID | None = None,
    interaction_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> Delivery:
    """Write one delivery, due at once; the same `key` again gives the row that is already there."""
    earlier = session.scalar(select(Delivery).where(Delivery.dedupe_key == key))
    if earlier:
        return earlier
    delivery = Delivery(
        kind=kind,
        dedupe_key=key,
        contact_id=contact_id,
        referral_id=referral_id,
        interaction_id=interaction_id,
        created_at=at,
        due_at=at,
        expires_at=expires_at,
        payload=json.dumps(payload, ensure_ascii=False),
    )
    session.add(delivery)
    nudges.remember(session, delivery.id)
    return delivery


def expire_overdue(session: Session, now: datetime) -> int:
    """End what can no longer leave in time as expired (R12); gives how many.

    Alerts have no expiry: they stay owed until a human has them (R8).
    """
    free = or_(Delivery.claimed_until.is_(None), Delivery.claimed_until <= now)
    overdue = update(Delivery).where(Delivery.state == PENDING, Delivery.expires_at <= now, free)
    # Why it could not leave before is the better reason, where there is one.
    reason = case((Delivery.reason == "", "too late"), else_=Delivery.reason)
    return changed_rows(session, overdue.values(state=EXPIRED, reason=reason, settled_at=now))

"""Write, list and settle deliveries (待发). Sending them is the worker's business."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import changed_rows
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
    return delivery


def expire_overdue(session: Session, now: datetime) -> int:
    """End what can no longer leave in time as expired (R12); gives how many.

    Alerts have no expiry: they stay owed until a human has them (R8).
    """
    overdue = (
        update(Delivery)
        .where(Delivery.state == PENDING, Delivery.expires_at.is_not(None), Delivery.expires_at <= now)
        .values(state=EXPIRED, reason="window closed", settled_at=now)
    )
    return changed_rows(session, overdue)

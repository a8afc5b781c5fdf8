"""Deliveries (待发) of a restored backup: whether they left since then is not known here, so a person decides (R24)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.outbox.models import NEEDS_HUMAN, PENDING, Delivery

REASON = "restored from backup"


def hold_for_humans(session: Session, now: datetime) -> dict[str, int]:
    """Nothing that was owed when the backup was made is sent again; gives how many of each kind need a human."""
    rows = session.scalars(select(Delivery).where(Delivery.state == PENDING)).all()
    for row in rows:
        row.state, row.reason, row.settled_at = NEEDS_HUMAN, REASON, now
        row.claim = row.claimed_until = None
    session.flush()
    return dict(Counter(row.kind for row in rows))

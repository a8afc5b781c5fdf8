"""Figures about the outbox (发件数字): what did not reach anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.outbox.models import EXPIRED, NEEDS_HUMAN, REFUSED, Delivery


@dataclass(frozen=True)
class Undelivered:
    """How many WeChat refused or came too late since a moment, and how many wait for a human, however old."""

    lost: int
    needs_human: int


def undelivered(session: Session, since: datetime) -> Undelivered:
    """What did not leave as it should."""
    lost = select(func.count()).where(Delivery.state.in_((REFUSED, EXPIRED)), Delivery.settled_at >= since)
    waiting = select(func.count()).where(Delivery.state == NEEDS_HUMAN)
    return Undelivered(session.scalar(lost) or 0, session.scalar(waiting) or 0)

"""Take a delivery so that nobody else sends it (认领): a row lock for the moment, a lease for the call (R12).

The lease is over when its holder was killed. A holder that is only slow, or whose clock differs (R23), finds out before
each call that the delivery is no longer theirs; one that was caught in the middle of a call left an attempt without
outcome, and whoever comes next acts on that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, and_, case, or_, select
from sqlalchemy.orm import Session

from core.outbox.models import PENDING, REFERRAL_ALERT, UNHANDLED_CRISIS, Delivery

# Longer than the slowest call with a new token for it; a killed worker's deliveries wait so long.
LEASE = timedelta(seconds=60)
# No lease, and no pause of an alert, is ever as long: a clock that jumped back wrote it, and it is void (R23).
ABSURD = timedelta(minutes=15)
URGENT = (REFERRAL_ALERT, UNHANDLED_CRISIS)


@dataclass(frozen=True)
class Claim:
    """The right to send one delivery."""

    delivery_id: UUID
    token: UUID


def take(session: Session, delivery_id: UUID, now: datetime) -> Delivery | None:
    """Claim this delivery, if it is due and free."""
    return _take(session, _free(now).where(Delivery.id == delivery_id), now)


def take_next(session: Session, now: datetime) -> Delivery | None:
    """Claim what is due and free: alerts first, then what waits longest."""
    urgency = case((Delivery.kind.in_(URGENT), 0), else_=1)
    return _take(session, _free(now).order_by(urgency, Delivery.due_at, Delivery.id).limit(1), now)


def hold(session: Session, claim: Claim, now: datetime) -> Delivery | None:
    """The delivery, locked and its lease renewed; None when it is not ours any more."""
    query = select(Delivery).where(Delivery.id == claim.delivery_id, Delivery.claim == claim.token)
    delivery = session.scalar(query.where(Delivery.state == PENDING).with_for_update())
    if delivery is not None:
        delivery.claimed_until = now + LEASE
    return delivery


def release(delivery: Delivery) -> None:
    """Let go of it; whether it is settled or due again is for the caller to say."""
    delivery.claim = delivery.claimed_until = None


def _free(now: datetime) -> Select[Delivery]:
    late_alert = and_(Delivery.kind.in_(URGENT), Delivery.due_at > now + ABSURD)
    lease_over = or_(Delivery.claimed_until <= now, Delivery.claimed_until > now + ABSURD)
    return select(Delivery).where(
        Delivery.state == PENDING,
        or_(Delivery.due_at <= now, late_alert),
        or_(Delivery.expires_at.is_(None), Delivery.expires_at > now),
        or_(Delivery.claimed_until.is_(None), lease_over),
    )


def _take(session: Session, query: Select[Delivery], now: datetime) -> Delivery | None:
    delivery = session.scalar(query.with_for_update(skip_locked=True))
    if delivery is not None:
        delivery.claim, delivery.claimed_until = uuid4(), now + LEASE
        delivery.attempts += 1
        session.flush()
    return delivery

"""How the outbox stands (发件箱现状): for the console, the metrics and the audit; and what a human settles by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import DomainError
from core.outbox import claims
from core.outbox.models import NEEDS_HUMAN, PENDING, REFUSED, SENT, Delivery

DISMISSED, BY_HAND = "dismissed", "sent by hand"


class AlreadySettled(DomainError):
    """Somebody, or the machine, was faster."""


@dataclass(frozen=True)
class AlertsWaiting:
    """Alerts that reached nobody yet: how many, and since when the oldest waits."""

    count: int
    since: datetime | None


def counts(session: Session) -> dict[tuple[str, str], int]:
    """How many deliveries there are by kind and state."""
    query = select(Delivery.kind, Delivery.state, func.count()).group_by(Delivery.kind, Delivery.state)
    return {(kind, state): count for kind, state, count in session.execute(query)}


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Since when the delivery waits that is longest overdue; None when nothing is. Its age is the outbox's lag."""
    return session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state == PENDING, Delivery.due_at <= now))


def alerts_waiting(session: Session) -> AlertsWaiting:
    """The alerts that no human has yet: due, waiting for their next try, or set aside after a restore (R8)."""
    query = select(func.count(), func.min(Delivery.created_at))
    waiting = query.where(Delivery.state.in_((PENDING, NEEDS_HUMAN)), Delivery.kind.in_(claims.URGENT))
    count, since = session.execute(waiting).one()
    return AlertsWaiting(count, since)


def needing_human(session: Session, limit: int = 50, offset: int = 0) -> list[Delivery]:
    """What the machine could not settle, oldest first."""
    query = select(Delivery).where(Delivery.state == NEEDS_HUMAN).order_by(Delivery.created_at, Delivery.id)
    return list(session.scalars(query.limit(limit).offset(offset)))


def settle_by_human(
    session: Session, delivery_id: UUID, staff_id: UUID, now: datetime, *, was_sent: bool, note: str = ""
) -> Delivery:
    """Somebody told the person otherwise, or decided that nothing is owed any more. Raises AlreadySettled.

    Alerts that still wait can be ended like this too: a human has them. `note` holds no personal words.
    """
    open_states = Delivery.state.in_((PENDING, NEEDS_HUMAN))
    delivery = session.scalar(select(Delivery).where(Delivery.id == delivery_id, open_states).with_for_update())
    if delivery is None:
        raise AlreadySettled
    claims.release(delivery)
    how = BY_HAND if was_sent else DISMISSED
    delivery.state, delivery.reason = (SENT if was_sent else REFUSED), f"{how}: {note}"[:120] if note else how
    delivery.settled_at, delivery.settled_by = now, staff_id
    session.flush()
    return delivery

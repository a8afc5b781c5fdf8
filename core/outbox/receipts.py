"""What became of a template message that WeChat took (模板消息回执): a failed one counts as never delivered (R8)."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.outbox import attempts, claims, nudges
from core.outbox.models import ACCEPTED, BOUNCED, PENDING, SENT, TEMPLATE, Attempt, Delivery

log = structlog.get_logger()
DELIVERED = "success"


def note(session: Session, number: str, status: str, now: datetime) -> bool:
    """Take in WeChat's receipt for its message `number`; gives whether an alert is owed again for it."""
    if status == DELIVERED:
        return False
    same = (Attempt.remote_id == number, Attempt.channel == TEMPLATE, Attempt.outcome == ACCEPTED)
    attempt = session.scalar(select(Attempt).where(*same))
    if attempt is None:
        return False
    delivery = session.scalars(select(Delivery).where(Delivery.id == attempt.delivery_id).with_for_update()).one()
    attempt.outcome = BOUNCED
    session.flush()
    log.warning("not_delivered", delivery=str(delivery.id))
    return _owe_again(session, delivery, now)


def _owe_again(session: Session, delivery: Delivery, now: datetime) -> bool:
    is_ours = delivery.state == SENT and delivery.settled_by is None and delivery.kind in claims.URGENT
    if not is_ours or attempts.reached_anybody(session, delivery):
        return False
    delivery.state, delivery.settled_at, delivery.due_at, delivery.reason = PENDING, None, now, "not delivered"
    nudges.remember(session, delivery.id)
    session.flush()
    return True

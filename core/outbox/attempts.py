"""Calls to WeChat as rows (发送记录): written before the call, ended after it (R12)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from core.db import changed_rows
from core.outbox.models import ACCEPTED, BOUNCED, DECLINED, NEEDS_HUMAN, SENT, UNKNOWN, Attempt, Delivery
from core.outbox.verdicts import OUTCOME_UNKNOWN


def begin(session: Session, delivery: Delivery, recipient: str, channel: str, now: datetime) -> Attempt:
    """Write the call that is about to be made."""
    attempt = Attempt(delivery_id=delivery.id, recipient=recipient, channel=channel, started_at=now)
    session.add(attempt)
    session.flush()
    return attempt


def end(session: Session, attempt_id: UUID, outcome: str, now: datetime, code: int | None) -> None:
    """Write that it was no success."""
    session.execute(update(Attempt).where(Attempt.id == attempt_id).values(ended_at=now, outcome=outcome, code=code))


def accept(session: Session, attempt_id: UUID, remote_id: str, now: datetime) -> None:
    """Write that WeChat took it. Where others gave the call up as unknown meanwhile, now it is known."""
    attempt = session.get_one(Attempt, attempt_id)
    attempt.ended_at, attempt.outcome, attempt.remote_id = now, ACCEPTED, remote_id[:64]
    doubted = update(Delivery).where(Delivery.id == attempt.delivery_id, Delivery.state == NEEDS_HUMAN)
    known = {"state": SENT, "reason": "", "settled_at": now}
    session.execute(doubted.where(Delivery.reason == OUTCOME_UNKNOWN).values(**known))


def close_unfinished(session: Session, delivery: Delivery, now: datetime) -> int:
    """Calls whose maker died in the middle: nobody knows what came of them. Gives how many."""
    unfinished = update(Attempt).where(Attempt.delivery_id == delivery.id, Attempt.outcome.is_(None))
    return changed_rows(session, unfinished.values(ended_at=now, outcome=UNKNOWN))


def is_accepted(session: Session, delivery: Delivery, recipient: str) -> bool:
    """Whether WeChat took this delivery for this person before."""
    return _exists(session, delivery, Attempt.outcome == ACCEPTED, Attempt.recipient == recipient)


def has_bounced(session: Session, delivery: Delivery, recipient: str, channel: str) -> bool:
    """Whether this way to this person was tried, and WeChat could not deliver it."""
    this_way = (Attempt.recipient == recipient, Attempt.channel == channel)
    return _exists(session, delivery, Attempt.outcome == BOUNCED, *this_way)


def reached_anybody(session: Session, delivery: Delivery) -> bool:
    """Whether WeChat took it for somebody."""
    return _exists(session, delivery, Attempt.outcome == ACCEPTED)


def _exists(session: Session, delivery: Delivery, *conditions: ColumnElement[bool]) -> bool:
    query = select(Attempt.id).where(Attempt.delivery_id == delivery.id, *conditions).limit(1)
    return session.scalar(query) is not None


def answered(session: Session, delivery: Delivery) -> int:
    """How many calls WeChat refused, or left in doubt."""
    mine = (Attempt.delivery_id == delivery.id, Attempt.outcome.in_((DECLINED, UNKNOWN)))
    return session.scalar(select(func.count()).select_from(Attempt).where(*mine)) or 0

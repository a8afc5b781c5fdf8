"""Figures about cases (个案数字): who waits, and for how long; nothing sealed is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.lexicon import RISKS
from core.referrals.models import CLAIMED, SUGGESTED, WAITING, Referral


@dataclass(frozen=True)
class Waiting:
    """Cases of one risk that nobody has taken yet: how many, and since when the oldest waits."""

    risk: str
    count: int
    oldest: datetime


def waiting(session: Session) -> list[Waiting]:
    """Who waits for a counselor (告警), the gravest risk first."""
    query = select(Referral.risk, func.count(), func.min(Referral.opened_at)).where(Referral.state == WAITING)
    found = {risk: (count, oldest) for risk, count, oldest in session.execute(query.group_by(Referral.risk))}
    return [Waiting(risk, *found[risk]) for risk in reversed(RISKS) if risk in found]


def in_care(session: Session) -> int:
    """Cases that a counselor has taken (接案)."""
    return _in_state(session, CLAIMED)


def suggested(session: Session) -> int:
    """Distress that was noticed, and nobody asked for help (推介)."""
    return _in_state(session, SUGGESTED)


def opened_since(session: Session, moment: datetime) -> int:
    """New cases since then that somebody waits for, or waited for."""
    query = select(func.count()).where(Referral.opened_at >= moment, Referral.state != SUGGESTED)
    return session.scalar(query) or 0


def _in_state(session: Session, state: str) -> int:
    return session.scalar(select(func.count()).where(Referral.state == state)) or 0

"""What nobody understood (没听懂的话): messages that fell to the fallback or were asked back, read for grouping.

The words are sealed, so they are opened one by one: the newest first, a bounded number, and the caller says how far
back that came. Whoever calls this shows words only to those who may read them, or words that many people said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from core.crypto import SealBroken, open_field
from core.interactions.models import Interaction

# The routes and the replies that say “I did not understand”, or ask back with choices.
ROUTES = ("fallback", "ask_back")
REPLIES = ("fallback.", "ask_back.")
# Opened for one request: about half a second of one core.
MOST = 2000


@dataclass(frozen=True)
class Missed:
    """One message, opened."""

    id: UUID
    at: datetime
    contact_id: UUID | None
    risk: str
    text: str


@dataclass(frozen=True)
class Found:
    """The newest of a period; `is_whole` is False when there were more than could be opened."""

    messages: Sequence[Missed]
    is_whole: bool


def missed(session: Session, since: datetime | None, until: datetime | None, most: int = MOST) -> Found:
    """Those of the period that still have words."""
    query = (
        select(
            Interaction.id,
            Interaction.received_at,
            Interaction.contact_id,
            Interaction.risk,
            Interaction.text_sealed,
        )
        .where(*_conditions(since, until))
        .order_by(Interaction.received_at.desc(), Interaction.id.desc())
        .limit(most + 1)
    )
    rows = session.execute(query).all()
    opened = (_opened(*row) for row in rows[:most])
    return Found([one for one in opened if one is not None], len(rows) <= most)


def was_missed() -> ColumnElement[bool]:
    """Whether an interaction is one of them."""
    asked_back = (Interaction.reply_key.startswith(key, autoescape=True) for key in REPLIES)
    return and_(Interaction.direction == "in", or_(Interaction.route.in_(ROUTES), *asked_back))


def _conditions(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    there = [was_missed(), Interaction.text_sealed.is_not(None), Interaction.erased_at.is_(None)]
    if since:
        there.append(Interaction.received_at >= since)
    if until:
        there.append(Interaction.received_at < until)
    return there


def _opened(identity: UUID, at: datetime, contact_id: UUID | None, risk: str, sealed: bytes | None) -> Missed | None:
    try:
        text = open_field(Interaction.__tablename__, identity, "text", sealed or b"")
    except SealBroken:
        return None
    return Missed(identity, at, contact_id, risk, text) if text.strip() else None

"""Claim, complete and look up interactions (互动记录)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.lexicon import RISKS
from core.contacts.models import Contact
from core.crypto import keyring
from core.db import insert_ignoring_conflicts
from core.ids import new_id
from core.interactions.models import Interaction
from core.messages import InboundMessage

# What one person wrote within this time is judged together (药都买好了, after 不想活了).
TOGETHER = timedelta(minutes=10)


def dedupe_key(message: InboundMessage) -> str:
    """The unique key of a push; a keyed hash, since an event's identity holds the OpenID (R2)."""
    return keyring().lookup(message.identity)


def claim(session: Session, message: InboundMessage, at: datetime) -> Interaction | None:
    """Insert the interaction, or None when this push was claimed before.

    A twin still running in another process makes this wait until it commits or rolls back.
    """
    values: dict[str, Any] = {
        "id": new_id(),
        "dedupe_key": dedupe_key(message),
        "kind": message.kind,
        "sent_at": message.created_at,
        "received_at": at,
        "direction": "in",
        "route": "",
        "intent": "",
        "risk": "none",
        "topic": "",
        "reasons": [],
        "reply_key": "",
        "failure": "",
        "spooled": False,
        "details": {},
    }
    statement = insert_ignoring_conflicts(session, Interaction).values(**values).returning(Interaction)
    return session.scalar(statement)


def find(session: Session, message: InboundMessage) -> Interaction | None:
    """The interaction that an earlier delivery of this push left."""
    return session.scalar(select(Interaction).where(Interaction.dedupe_key == dedupe_key(message)))


def reply_keys_since(session: Session, contact_id: UUID, since: datetime, keys: Collection[str]) -> list[str]:
    """Which of these texts the person was answered with since then, oldest first."""
    query = (
        select(Interaction.reply_key)
        .where(Interaction.contact_id == contact_id, Interaction.received_at > since, Interaction.reply_key.in_(keys))
        .order_by(Interaction.received_at, Interaction.id)
    )
    return list(session.scalars(query))


def recent_texts(session: Session, contact_id: UUID, now: datetime, limit: int = 10) -> tuple[str, ...]:
    """What this person wrote in the last minutes, oldest first."""
    query = (
        select(Interaction)
        .where(Interaction.contact_id == contact_id, Interaction.received_at.between(now - TOGETHER, now))
        .where(Interaction.text_sealed.is_not(None))
        .order_by(Interaction.received_at.desc())
        .limit(limit)
    )
    return tuple(row.text for row in reversed(session.scalars(query).all()) if row.text)


def newest(
    session: Session, count: int, *, risk: str | None = None, route: str | None = None, open_id: str | None = None
) -> list[Interaction]:
    """The newest interactions that fit, oldest of them first; `risk` means this one or a worse one."""
    query = select(Interaction).order_by(Interaction.received_at.desc(), Interaction.id.desc()).limit(count)
    if risk:
        query = query.where(Interaction.risk.in_(RISKS[RISKS.index(risk) :]))
    if route:
        query = query.where(Interaction.route.startswith(route, autoescape=True))
    if open_id:
        person = select(Contact.id).where(Contact.open_id_hash == keyring().lookup(open_id))
        query = query.where(Interaction.contact_id.in_(person))
    return list(reversed(session.scalars(query).all()))

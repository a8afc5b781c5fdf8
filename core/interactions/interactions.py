"""Claim, complete and look up interactions (互动记录)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, Executable, Uuid, bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, make_transient_to_detached

from content.lexicon import RISKS
from core.contacts.models import Contact
from core.crypto import keyring, open_field, seal_field
from core.db import insert_ignoring_conflicts
from core.ids import new_id
from core.interactions.models import Interaction
from core.messages import InboundMessage
from core.prepared import Prepared, among

# What one person wrote within this time is judged together (药都买好了, after 不想活了).
TOGETHER = timedelta(minutes=10)
MOST_EARLIER = 10


def dedupe_key(message: InboundMessage) -> str:
    """The unique key of a push; a keyed hash, since an event's identity holds the OpenID (R2)."""
    return keyring().lookup(message.identity)


def fresh(message: InboundMessage, at: datetime) -> dict[str, Any]:
    """The columns of an interaction before anything is known but that it came."""
    return {
        "id": new_id(),
        "dedupe_key": dedupe_key(message),
        "kind": message.kind,
        "sent_at": message.created_at,
        "received_at": at,
        "direction": "in",
        "contact_id": None,
        "text_sealed": None,
        "raw_sealed": None,
        "route": "",
        "intent": "",
        "risk": "none",
        "topic": "",
        "reasons": [],
        "reply_key": "",
        "reply_sealed": None,
        "latency_ms": None,
        "failure": "",
        "spooled": False,
        "telling": True,
        "details": {},
        "erased_at": None,
    }


def claim(session: Session, message: InboundMessage, at: datetime) -> Interaction | None:
    """Insert the interaction, or None when this push was claimed before.

    A twin still running in another process makes this wait until it commits or rolls back.
    """
    values = fresh(message, at)
    if not store(session, [values]):
        return None
    interaction = Interaction(**values)
    # It is in the database already; the session only has to know.
    make_transient_to_detached(interaction)
    session.add(interaction)
    return interaction


def store(session: Session, rows: Sequence[dict[str, Any]]) -> bool:
    """Insert whole rows; False when one of them was claimed before, and then the caller must not commit."""
    return _STORE.write(session, rows) == len(rows)


_STORE = Prepared(lambda dialect: insert_ignoring_conflicts(dialect, Interaction))


def claimed(session: Session, keys: Collection[str]) -> set[str]:
    """Which of these dedupe keys were claimed before."""
    return set(session.scalars(select(Interaction.dedupe_key).where(Interaction.dedupe_key.in_(keys))))


def seal(row: dict[str, Any], name: str, value: str | None) -> None:
    """Set a sealed field of a whole row."""
    row[f"{name}_sealed"] = None if value is None else seal_field(Interaction.__tablename__, row["id"], name, value)


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


def recent_texts(session: Session, contact_id: UUID, now: datetime) -> tuple[str, ...]:
    """What this person wrote in the last minutes, oldest first; nothing when none of it can matter now."""
    return recent_texts_of(session, [contact_id], now).get(contact_id, ())


def recent_texts_of(session: Session, contact_ids: Collection[UUID], now: datetime) -> dict[UUID, tuple[str, ...]]:
    """The same for several people; those of whom nothing matters are left out."""
    found: dict[UUID, list[tuple[UUID, bytes, bool]]] = {}
    for contact_id, *said in _RECENT.rows(session, people=contact_ids, since=now - TOGETHER, until=now):
        found.setdefault(contact_id, []).append(tuple(said))
    newest = {contact_id: said[-MOST_EARLIER:] for contact_id, said in found.items()}
    return {
        contact_id: tuple(_opened(row_id, sealed) for row_id, sealed, _ in said)
        for contact_id, said in newest.items()
        if any(is_telling for _, _, is_telling in said)
    }


def _recent(dialect: Dialect) -> Executable:
    """Oldest first. On PostgreSQL a look at the end of each person's own index, however busy the last minutes were.

    The limit in time stands outside that look: inside, a planner without statistics would read all of those minutes.
    """
    moment = Interaction.received_at.type
    said = (
        select(
            Interaction.contact_id,
            Interaction.id,
            Interaction.text_sealed,
            Interaction.telling,
            Interaction.received_at,
        )
        .where(Interaction.received_at <= bindparam("until", type_=moment))
        .where(Interaction.text_sealed.is_not(None))
    )
    if dialect.name == "sqlite":
        rows = said.where(among(Interaction.contact_id, "people", dialect)).subquery()
    else:
        person = (
            func.unnest(bindparam("people", type_=ARRAY(Uuid)))
            .table_valued(column("id", Uuid))
            .render_derived("person")
        )
        newest = said.where(Interaction.contact_id == person.c.id)
        newest = newest.order_by(Interaction.received_at.desc(), Interaction.id.desc()).limit(MOST_EARLIER)
        each = newest.lateral()
        rows = select(each).select_from(person).join(each, true()).subquery()
    columns = rows.c.contact_id, rows.c.id, rows.c.text_sealed, rows.c.telling
    in_time = rows.c.received_at >= bindparam("since", type_=moment)
    return select(*columns).where(in_time).order_by(rows.c.received_at, rows.c.id)


_RECENT = Prepared(_recent)


def _opened(row_id: UUID, sealed: bytes) -> str:
    return open_field(Interaction.__tablename__, row_id, "text", sealed)


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

"""Erase (删除) what we hold on a person: asked for, required by the platform, or long gone (P7, P8, R24).

What is emptied keeps its bare row, so that counts stay true and a push that comes again is still known. A case that
somebody still works on is a hold: it stays with its messages, and the rest follows when it is closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.contacts import personal as identity
from core.contacts.models import Contact
from core.corrections import personal as corrections
from core.events import personal as signups
from core.interactions import personal as exchanges
from core.mini_program import personal as logins
from core.outbox import personal as deliveries
from core.privacy.models import Erasure
from core.referrals import personal as cases

DEPARTED_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Listed:
    """A line of the erasure list that is kept beside the backups."""

    open_id_hash: str
    at: datetime
    cause: str


def erase(session: Session, contact: Contact, now: datetime, cause: str) -> Erasure:
    """Empty everything but what is held, and leave a stub without content."""
    return _record(session, contact.open_id_hash, now, cause, _empty(session, contact, now, now))


def is_held(session: Session, contact: Contact) -> bool:
    """Whether something about this person still waits for a human."""
    return cases.held(session, contact) is not None or bool(deliveries.unhandled(session, contact))


def unfinished(session: Session) -> list[UUID]:
    """Erasures that wait for a case to be closed."""
    return list(session.scalars(select(Erasure.id).where(Erasure.counts["held"].as_integer() > 0)))


def finish(session: Session, erasure_id: UUID, now: datetime) -> bool:
    """Erase what had to wait, if its case has been closed since; what came after the wish to be erased stays."""
    erasure = session.get_one(Erasure, erasure_id)
    contact = _lock(session, Contact.open_id_hash == erasure.open_id_hash)
    if contact is None or is_held(session, contact):
        return False
    _empty(session, contact, erasure.at, now)
    exchanges.forget_these(session, contact, cases.messages_until(session, contact, erasure.at), now)
    erasure.counts = erasure.counts | {"held": 0}
    session.flush()
    return True


def departed(session: Session, now: datetime) -> list[UUID]:
    """Contacts who left more than 30 days ago."""
    gone = select(Contact.id).where(Contact.unsubscribed_at <= now - DEPARTED_AFTER, Contact.erased_at.is_(None))
    return list(session.scalars(gone))


def erase_departed(session: Session, contact_id: UUID, now: datetime) -> bool:
    """Erase one of them, unless they came back meanwhile or a case is open."""
    contact = _lock(session, Contact.id == contact_id)
    if contact is None or contact_id not in departed(session, now) or is_held(session, contact):
        return False
    erase(session, contact, now, "unsubscribed")
    return True


def covers(session: Session, contact: Contact, moment: datetime) -> bool:
    """Whether this person was erased after that moment: what comes to light from before must not be kept (P8)."""
    later = select(Erasure.id).where(Erasure.open_id_hash == contact.open_id_hash, Erasure.at >= moment)
    return session.scalars(later.limit(1)).first() is not None


def erase_locations(session: Session, contact: Contact, now: datetime) -> int:
    """Empty the places a person sent (platform B4, code 206); gives how many."""
    return exchanges.forget_locations(session, contact, now)


def listed(session: Session) -> list[Listed]:
    """Every erasure so far: keep this beside the backups, for a backup does not know what was erased after it."""
    rows = session.scalars(select(Erasure).order_by(Erasure.at))
    return [Listed(row.open_id_hash, row.at, row.cause) for row in rows]


def replay_erasures(session: Session, now: datetime, kept_list: Iterable[Listed] = ()) -> int:
    """After a restore: erase again what was erased before, and nothing that came later; gives how many people."""
    known = set(listed(session))
    for line in set(kept_list) - known:
        _record(session, line.open_id_hash, line.at, line.cause, {})
    latest = {line.open_id_hash: line.at for line in listed(session)}
    found = ((_lock(session, Contact.open_id_hash == person), at) for person, at in latest.items())
    return sum(_emptied_any(_empty(session, contact, at, now)) for contact, at in found if contact is not None)


def _lock(session: Session, which: ColumnElement[bool]) -> Contact | None:
    """The contact, kept from writing to us until this transaction ends (as `contacts.meet` locks it)."""
    return session.scalar(select(Contact).where(which).with_for_update(key_share=True))


def _empty(session: Session, contact: Contact, until: datetime, now: datetime) -> dict[str, int]:
    """Empty what there was `until` then."""
    held_case = cases.held(session, contact)
    keep = [*deliveries.unhandled(session, contact), *(cases.messages_of(session, held_case) if held_case else ())]
    counts = {
        "interactions": exchanges.forget(session, contact, until, now, keep),
        "signups": signups.forget(session, contact, until, now),
        "cases": cases.forget(session, contact, until, now),
        "deliveries": deliveries.forget(session, contact, until, now),
        "logins": logins.forget(session, contact, until),
        "corrections": corrections.forget(session, contact, until),
        "held": int(held_case is not None or bool(keep)),
    }
    identity.forget_dialogue(session, contact, until)
    if not counts["held"] and contact.last_seen_at <= until:
        identity.forget_identity(session, contact, now)
    return counts


def _emptied_any(counts: dict[str, int]) -> bool:
    return any(count for name, count in counts.items() if name != "held")


def _record(session: Session, person: str, at: datetime, cause: str, counts: dict[str, int]) -> Erasure:
    erasure = Erasure(open_id_hash=person, at=at, cause=cause, counts=counts)
    session.add(erasure)
    session.flush()
    return erasure

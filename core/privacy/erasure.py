"""Erase (删除) what we hold on a person: asked for, required by the platform, or long gone (P7, P8, R24).

What is emptied keeps its bare row, so that counts stay true and a push that comes again is still known. A case that
somebody still works on is a hold: it stays with its messages, and the rest follows when it is closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contacts import personal as identity
from core.contacts.models import Contact
from core.events import personal as signups
from core.interactions import personal as exchanges
from core.outbox import personal as deliveries
from core.privacy.models import Erasure
from core.referrals import personal as cases

DEPARTED_AFTER = timedelta(days=30)
AT_ONCE = 200


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


def finish_held(session: Session, now: datetime) -> int:
    """Erase what had to wait, for those whose case has been closed since; gives how many people."""
    done = 0
    for erasure in session.scalars(select(Erasure).where(Erasure.counts["held"].as_integer() > 0)).all():
        contact = _find(session, erasure.open_id_hash)
        if contact is not None and is_held(session, contact):
            continue
        if contact is not None and contact.erased_at is None:
            erase(session, contact, now, erasure.cause)
        erasure.counts = erasure.counts | {"held": 0}
        done += 1
    session.flush()
    return done


def erase_departed(session: Session, now: datetime) -> int:
    """Erase people who left more than 30 days ago and have no open case; gives how many."""
    gone = select(Contact).where(Contact.unsubscribed_at <= now - DEPARTED_AFTER, Contact.erased_at.is_(None))
    people = session.scalars(gone.order_by(Contact.unsubscribed_at).limit(AT_ONCE)).all()
    free = [contact for contact in people if not is_held(session, contact)]
    for contact in free:
        erase(session, contact, now, "unsubscribed")
    return len(free)


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
    people = [(contact, at) for person, at in latest.items() if (contact := _find(session, person))]
    return sum(_emptied_any(_empty(session, contact, at, now)) for contact, at in people)


def _find(session: Session, open_id_hash: str) -> Contact | None:
    return session.scalar(select(Contact).where(Contact.open_id_hash == open_id_hash))


def _empty(session: Session, contact: Contact, until: datetime, now: datetime) -> dict[str, int]:
    """Empty what there was `until` then."""
    held_case = cases.held(session, contact)
    keep = [*deliveries.unhandled(session, contact), *(cases.messages_of(session, held_case) if held_case else ())]
    counts = {
        "interactions": exchanges.forget(session, contact, until, now, keep),
        "signups": signups.forget(session, contact, until, now),
        "cases": cases.forget(session, contact, until, now),
        "deliveries": deliveries.forget(session, contact, until, now),
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

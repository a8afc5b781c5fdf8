"""Log in to the mini-program (小程序登录), come back, leave; expired log-ins are dropped."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core.contacts import contacts
from core.contacts.models import Contact
from core.crypto import keyring
from core.db import changed_rows
from core.mini_program.models import ABSOLUTE, IDLE, MiniProgramSession

# Phones of one person; whoever logs in again and again ends their own oldest log-in, and fills no table.
MOST_AT_ONCE = 5
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Begun:
    """What the phone is given: the token, this once, and when it ends at the latest."""

    token: str = field(repr=False)
    expires_at: datetime


def begin(session: Session, open_id: str, union_id: str | None, session_key: str, now: datetime) -> Begun:
    """Log this person in; the first time makes their contact. A fresh token each time (no fixation)."""
    contact = contacts.meet(session, open_id, now)
    contact.last_seen_at = max(contact.last_seen_at, now)
    if union_id and contact.union_id != union_id:
        contact.union_id = union_id
    _end_oldest(session, contact)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = MiniProgramSession(
        token_hash=_hash(token),
        contact_id=contact.id,
        session_key=session_key,
        created_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE,
    )
    session.add(row)
    session.flush()
    return Begun(token, row.expires_at)


def find(session: Session, token: str, now: datetime) -> tuple[MiniProgramSession, Contact] | None:
    """Whose token this is; None when it is unknown, over, or its person was erased."""
    query = select(MiniProgramSession, Contact).join(Contact, Contact.id == MiniProgramSession.contact_id)
    row = session.execute(query.where(MiniProgramSession.token_hash == _hash(token))).first()
    if row is None or not row[0].is_live(now) or row[1].erased_at is not None:
        return None
    return row[0], row[1]


def note(session: Session, which: UUID, now: datetime) -> None:
    """Remember that it was used; never backwards, for machines' clocks differ a little (R23)."""
    row = update(MiniProgramSession).where(MiniProgramSession.id == which, MiniProgramSession.seen_at < now)
    contact = session.scalar(row.values(seen_at=now).returning(MiniProgramSession.contact_id))
    if contact is not None:
        seen = update(Contact).where(Contact.id == contact, Contact.last_seen_at < now)
        session.execute(seen.values(last_seen_at=now))


def end(session: Session, token: str) -> bool:
    """Log out; whether there was anything to end."""
    return bool(changed_rows(session, delete(MiniProgramSession).where(MiniProgramSession.token_hash == _hash(token))))


def drop_expired(session: Session, now: datetime) -> int:
    """Forget log-ins that are over; gives how many. Housekeeping calls it."""
    over = or_(MiniProgramSession.expires_at <= now, MiniProgramSession.seen_at <= now - IDLE)
    return changed_rows(session, delete(MiniProgramSession).where(over))


def _end_oldest(session: Session, contact: Contact) -> None:
    query = select(MiniProgramSession.id).where(MiniProgramSession.contact_id == contact.id)
    newest_first = query.order_by(MiniProgramSession.created_at.desc(), MiniProgramSession.id.desc())
    surplus = list(session.scalars(newest_first.offset(MOST_AT_ONCE - 1)))
    session.execute(delete(MiniProgramSession).where(MiniProgramSession.id.in_(surplus)))


def _hash(token: str) -> str:
    return keyring().lookup(f"mini-program-token:{token}")

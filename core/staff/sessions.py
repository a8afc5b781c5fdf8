"""Signed-in browsers (登录会话), kept here and not in the cookie: they end the moment we say so."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.db import changed_rows
from core.staff.models import Staff, StaffSession

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
CODE_WAIT = timedelta(minutes=5)
# A page view within this time of the last one writes nothing.
SEEN_EVERY = timedelta(minutes=1)
# Ended sessions are shown to nobody; they stay for looking into incidents (security logs, P7).
KEPT = timedelta(days=180)


@dataclass(frozen=True)
class Resumed:
    """Who is signed in, by which session, and whether it should be marked as seen."""

    staff: Staff
    session: StaffSession
    is_stale: bool


def begin(session: Session, staff: Staff, now: datetime, device: str = "", is_complete: bool = True) -> str:
    """A new session; gives the token for the cookie, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    row = StaffSession(
        token_hash=_hash(token),
        staff_id=staff.id,
        is_complete=is_complete,
        device=device[:40],
        created_at=now,
        last_seen_at=now,
        expires_at=now + (ABSOLUTE if is_complete else CODE_WAIT),
    )
    session.add(row)
    session.flush()
    return token


def resume(session: Session, token: str, now: datetime) -> Resumed | None:
    """Whose token this is; None when it is unknown, ended, too old, too long idle, or its owner's account is closed."""
    query = select(StaffSession, Staff).join(Staff, Staff.id == StaffSession.staff_id)
    found = session.execute(query.where(StaffSession.token_hash == _hash(token))).first()
    if found is None:
        return None
    row, staff = found
    if not staff.is_active or not _is_alive(row, now):
        return None
    return Resumed(staff, row, now - row.last_seen_at >= SEEN_EVERY)


def owner(session: Session, token: str) -> UUID | None:
    """Whose session this was, also after it ended."""
    return session.scalar(select(StaffSession.staff_id).where(StaffSession.token_hash == _hash(token)))


def touch(session: Session, row: StaffSession, now: datetime) -> None:
    """Mark as seen; a session that ended meanwhile stays ended."""
    statement = update(StaffSession).where(StaffSession.id == row.id, StaffSession.ended_at.is_(None))
    session.execute(statement.values(last_seen_at=now).execution_options(synchronize_session=False))


def alive(session: Session, staff: Staff, now: datetime) -> list[StaffSession]:
    """Where somebody is signed in now, latest first."""
    query = select(StaffSession).where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None))
    rows = session.scalars(query.where(StaffSession.is_complete).order_by(StaffSession.last_seen_at.desc()))
    return [row for row in rows if _is_alive(row, now)]


def end(session: Session, token: str, now: datetime) -> None:
    """Sign out this browser."""
    _end(session, now, StaffSession.token_hash == _hash(token))


def end_all(session: Session, staff: Staff, now: datetime, but: str = "") -> int:
    """Sign out everywhere, save for the browser with the token `but`; gives how many."""
    return _end(session, now, StaffSession.staff_id == staff.id, StaffSession.token_hash != _hash(but))


def drop_old(session: Session, now: datetime) -> int:
    """Forget sessions that are long over (P7)."""
    return changed_rows(session, delete(StaffSession).where(StaffSession.expires_at < now - KEPT))


def _end(session: Session, now: datetime, *which: object) -> int:
    statement = update(StaffSession).where(StaffSession.ended_at.is_(None), *which)  # type: ignore[arg-type]
    return changed_rows(session, statement.values(ended_at=now).execution_options(synchronize_session=False))


def _is_alive(row: StaffSession, now: datetime) -> bool:
    return row.ended_at is None and now < row.expires_at and now - row.last_seen_at < IDLE


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

"""The brake on guessing passwords (登录限速): in the database, so that all processes count together."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.crypto import keyring
from core.db import changed_rows, insert_ignoring_conflicts
from core.ids import new_id
from core.staff.errors import TooManyAttempts
from core.staff.models import LoginBrake

FORGET = timedelta(minutes=30)
# Failures that cost nothing, and the longest wait in seconds. An office shares one address, so that it may fail more.
ACCOUNT, ADDRESS = (5, 60), (20, 300)


def claim(session: Session, login: str, address: str, now: datetime) -> None:
    """Count one try before the password is looked at, so that a burst of tries finds the door shut as well.

    Raises TooManyAttempts while the account or the address has to wait; such a try does not make the wait longer.
    """
    # Always the account first: two who lock crosswise would wait for each other.
    account, office = _lock(session, _account(login), now), _lock(session, _address(address), now)
    wait = max(ceil((row.open_at - now).total_seconds()) for row in (account, office))
    if wait > 0:
        raise TooManyAttempts(wait)
    _count(account, *ACCOUNT, now)
    _count(office, *ADDRESS, now)
    session.flush()


def release(session: Session, login: str, address: str) -> None:
    """The password was right: the account starts anew, and the address gets its try back."""
    session.execute(delete(LoginBrake).where(LoginBrake.key == _account(login)))
    row = session.scalar(select(LoginBrake).where(LoginBrake.key == _address(address)).with_for_update())
    if row is not None and row.failures > 0:
        row.failures -= 1
    session.flush()


def drop_old(session: Session, now: datetime) -> int:
    """Forget what no longer slows anybody down."""
    return changed_rows(session, delete(LoginBrake).where(LoginBrake.last_at < now - FORGET))


def _count(row: LoginBrake, free: int, longest: int, now: datetime) -> None:
    row.failures = 1 if now - row.last_at > FORGET else row.failures + 1
    row.last_at = now
    over = row.failures - free
    row.open_at = now + timedelta(seconds=min(longest, 2**over)) if over >= 0 else now


def _lock(session: Session, key: str, now: datetime) -> LoginBrake:
    fresh = {"id": new_id(), "key": key, "failures": 0, "last_at": now, "open_at": now}
    session.execute(insert_ignoring_conflicts(session.get_bind().dialect, LoginBrake).values(**fresh))
    query = select(LoginBrake).where(LoginBrake.key == key).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _account(login: str) -> str:
    return keyring().lookup(f"brake:account:{login.strip().lower()[:80]}")


def _address(address: str) -> str:
    return keyring().lookup(f"brake:address:{address}")

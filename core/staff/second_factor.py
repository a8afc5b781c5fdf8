"""The second factor (动态口令): a six-digit code by the clock, from an app on the phone (TOTP, RFC 6238)."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from core.staff import rows
from core.staff.errors import CodeRefused
from core.staff.models import Staff

STEP_S = 30
ISSUER = "郑青"
# A phone's clock may be half a minute off, either way.
STEPS = (0, -1, 1)


def propose(session: Session, staff_id: UUID) -> str:
    """A secret for the enrolment page; the same until it is confirmed, so that a reload shows the same picture."""
    person = rows.locked(session, staff_id)
    if person.has_second_factor:
        raise CodeRefused()
    if person.totp_secret is None:
        person.totp_secret = pyotp.random_base32()
        session.flush()
    return str(person.totp_secret)


def address(secret: str, login: str) -> str:
    """What the picture says to the app (otpauth://…)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def confirm(session: Session, staff_id: UUID, code: str, now: datetime) -> Staff:
    """The first right code switches it on. Raises CodeRefused."""
    person = _use(session, staff_id, code, now)
    person.totp_confirmed_at = person.totp_confirmed_at or now
    session.flush()
    return person


def check(session: Session, staff_id: UUID, code: str, now: datetime) -> Staff:
    """Take a code; it works once, also for two browsers at the same time. Raises CodeRefused."""
    person = _use(session, staff_id, code, now)
    if not person.has_second_factor:
        raise CodeRefused()
    return person


def reset(session: Session, person: Staff) -> None:
    """Take it off, after a lost phone; the next one is enrolled by the person."""
    person.totp_secret, person.totp_confirmed_at, person.totp_last_step = None, None, 0
    session.flush()


def _use(session: Session, staff_id: UUID, code: str, now: datetime) -> Staff:
    person = rows.locked(session, staff_id)
    step = _step_of(person.totp_secret, "".join(code.split()), now)
    if step is None or step <= person.totp_last_step:
        raise CodeRefused()
    person.totp_last_step = step
    session.flush()
    return person


def _step_of(secret: str | None, code: str, now: datetime) -> int | None:
    if secret is None or len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    current, codes = int(now.timestamp()) // STEP_S, pyotp.TOTP(secret)
    right = [current + step for step in STEPS if hmac.compare_digest(codes.generate_otp(current + step), code)]
    return max(right, default=None)

"""Bind a WeChat for alerts (绑定告警微信): whoever sends the code from the console proves whose WeChat it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.crypto import keyring
from core.ids import short_number
from core.staff import audit, staff
from core.staff.errors import CodeRefused
from core.staff.models import Staff

LIFETIME = timedelta(minutes=10)


def offer(session: Session, staff_id: UUID, now: datetime) -> str:
    """A fresh code such as G-7KM2WXPN, shown once in the console; an earlier one no longer works."""
    code = short_number("G")
    person = staff.get(session, staff_id)
    person.bind_code_hash, person.bind_code_until = _hash(code), now + LIFETIME
    session.flush()
    return code


def redeem(session: Session, code: str, open_id: str, now: datetime) -> Staff:
    """Alerts of the code's owner go to this WeChat from now on. Raises CodeRefused, WechatTaken."""
    query = select(Staff).where(Staff.bind_code_hash == _hash(code), Staff.bind_code_until > now)
    person = session.scalar(query.with_for_update())
    if person is None or not person.is_active:
        raise CodeRefused()
    staff.bind_wechat(session, person.id, open_id)
    person.bind_code_hash = person.bind_code_until = None
    audit.record(session, person, "wechat.bind", ("staff", person.id), now)
    return person


def _hash(code: str) -> str:
    # As it may be typed on a phone: small letters, spaces, without the dash.
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return keyring().lookup(f"bind:{letters}")

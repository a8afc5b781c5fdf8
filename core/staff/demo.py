"""Demo logins (演示账号): one of every role, with the password of this installation; never in production."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.staff import staff
from core.staff.models import Staff
from core.staff.permissions import ADMIN, CADRE, COUNSELOR, SUPERVISOR

# Login name, name, role. scripts/run.py prints the login names, and a test keeps both the same.
PEOPLE = (
    ("tuangan", "王思远", CADRE),
    ("zixunshi", "李娜", COUNSELOR),
    ("dudao", "陈静", SUPERVISOR),
    ("guanli", "赵磊", ADMIN),
)


def seed(session: Session, password_hash: str, now: datetime, counselor_open_id: str = "") -> int:
    """Make the logins that are missing, the counselor's with this phone for alerts; gives how many.

    Those who are there keep what they have changed.
    """
    missing = [each for each in PEOPLE if staff.find(session, each[0]) is None]
    for login, name, role in missing:
        person = staff.create_with_hash(session, login, name, role, password_hash, now)
        person.is_demo, person.must_change_password = True, False
        if role == COUNSELOR and counselor_open_id:
            staff.bind_wechat(session, person.id, counselor_open_id)
    session.flush()
    return len(missing)


def active(session: Session) -> list[Staff]:
    """The demo logins that nobody has closed; in production there must be none."""
    return list(session.scalars(select(Staff).where(Staff.is_demo, Staff.disabled_at.is_(None)).order_by(Staff.login)))

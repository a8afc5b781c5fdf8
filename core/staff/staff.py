"""People who work with the account: take in, change, close, find (人员)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.crypto import keyring
from core.staff import passwords, rows, second_factor, sessions
from core.staff.errors import BadName, EditConflict, LastAdmin, LoginTaken, StaffNotFound, WechatTaken
from core.staff.models import Staff
from core.staff.permissions import ADMIN, COUNSELOR, ROLES, SUPERVISOR

LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")
LONGEST_NAME = 40
# Who hears of a case, in this order (R8); a cadre never does.
ALERTED = (COUNSELOR, SUPERVISOR, ADMIN)


def create(session: Session, login: str, name: str, role: str, password: str, now: datetime) -> Staff:
    """Take somebody in, with a password that the first sign-in replaces.

    Raises BadName, LoginTaken, WeakPassword. Hashing takes a while: `prepared_hash` spares the transaction from it.
    """
    passwords.require_good(password, login)
    return create_with_hash(session, login, name, role, passwords.hash_of(password), now)


def create_with_hash(session: Session, login: str, name: str, role: str, password_hash: str, now: datetime) -> Staff:
    """The same with a hash made before the transaction began. Raises BadName, LoginTaken."""
    person = Staff(
        login=_good_login(login),
        name=_good_name(name),
        role=_good_role(role),
        password_hash=password_hash,
        must_change_password=True,
        totp_last_step=0,
        is_demo=False,
        version=1,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        raise LoginTaken(login=login) from None
    return person


def get(session: Session, staff_id: UUID) -> Staff:
    """Raises StaffNotFound."""
    person = session.get(Staff, staff_id)
    if person is None:
        raise StaffNotFound()
    return person


def find(session: Session, login: str) -> Staff | None:
    """By login name, in whatever case it was typed."""
    login = login.strip().lower()
    return session.scalar(select(Staff).where(Staff.login == login)) if LOGIN.fullmatch(login) else None


def search(session: Session, words: str = "", role: str = "", limit: int = 50, offset: int = 0) -> list[Staff]:
    """The active first, then by name; words are looked for in both names."""
    query = _matching(select(Staff), words, role)
    closed_last = case((Staff.disabled_at.is_(None), 0), else_=1)
    return list(session.scalars(query.order_by(closed_last, Staff.name, Staff.id).limit(limit).offset(offset)))


def count(session: Session, words: str = "", role: str = "") -> int:
    """How many the search would give."""
    return session.scalar(_matching(select(func.count()).select_from(Staff), words, role)) or 0


def reachable_for_alerts(session: Session) -> list[Staff]:
    """Active staff with a bound WeChat: counselors first, then supervisors, then admins (R8)."""
    query = select(Staff).where(Staff.disabled_at.is_(None), Staff.open_id_hash.is_not(None), Staff.role.in_(ALERTED))
    return sorted(session.scalars(query), key=lambda person: (ALERTED.index(person.role), person.created_at))


def edit(session: Session, staff_id: UUID, name: str, role: str, version: int, now: datetime) -> Staff:
    """Another name or role; with another role all sessions end, so that nothing is done with the old one.

    Raises StaffNotFound, BadName, EditConflict, LastAdmin.
    """
    admins = _locked_admins(session)
    person = _claim(session, staff_id, version)
    person.name = _good_name(name)
    if _good_role(role) != person.role:
        _require_other(admins, person)
        person.role = role
        sessions.end_all(session, person, now)
    session.flush()
    return person


def disable(session: Session, staff_id: UUID, version: int, now: datetime) -> Staff:
    """Close the account: sessions end at once, and alerts go to others.

    Raises StaffNotFound, EditConflict, LastAdmin.
    """
    admins = _locked_admins(session)
    person = _claim(session, staff_id, version)
    if person.is_active:
        _require_other(admins, person)
        person.disabled_at = now
        sessions.end_all(session, person, now)
    session.flush()
    return person


def enable(session: Session, staff_id: UUID, version: int) -> Staff:
    """Open a closed account again. Raises StaffNotFound, EditConflict."""
    person = _claim(session, staff_id, version)
    person.disabled_at = None
    session.flush()
    return person


def reset_password(session: Session, staff_id: UUID, password_hash: str, version: int, now: datetime) -> Staff:
    """Set a one-time password that somebody hands over; sessions end. Raises StaffNotFound, EditConflict."""
    person = _claim(session, staff_id, version)
    person.password_hash, person.must_change_password = password_hash, True
    sessions.end_all(session, person, now)
    session.flush()
    return person


def drop_second_factor(session: Session, staff_id: UUID, version: int, now: datetime) -> Staff:
    """After a lost phone: signing in works without a code until a new one is set up; sessions end.

    Raises StaffNotFound, EditConflict.
    """
    person = _claim(session, staff_id, version)
    second_factor.reset(session, person)
    sessions.end_all(session, person, now)
    return person


def let_in_again(session: Session, staff_id: UUID, password_hash: str, now: datetime) -> Staff:
    """The operator's way back in, from the machine itself: open account, one-time password, no second factor."""
    person = rows.locked(session, staff_id)
    person.password_hash, person.must_change_password, person.disabled_at = password_hash, True, None
    person.version += 1
    second_factor.reset(session, person)
    sessions.end_all(session, person, now)
    return person


def admins(session: Session) -> int:
    """How many can manage staff."""
    query = select(func.count()).select_from(Staff).where(Staff.role == ADMIN, Staff.disabled_at.is_(None))
    return session.scalar(query) or 0


def set_password(session: Session, staff_id: UUID, password_hash: str, now: datetime) -> Staff:
    """One's own new password; all sessions end, the browser at hand gets a new one. Raises StaffNotFound."""
    person = rows.locked(session, staff_id)
    person.password_hash, person.must_change_password = password_hash, False
    sessions.end_all(session, person, now)
    session.flush()
    return person


def bind_wechat(session: Session, staff_id: UUID, open_id: str) -> Staff:
    """Alerts go to this WeChat from now on. Raises StaffNotFound, WechatTaken."""
    person = rows.locked(session, staff_id)
    try:
        with session.begin_nested():
            person.open_id, person.open_id_hash = open_id, keyring().lookup(open_id)
    except IntegrityError:
        raise WechatTaken() from None
    return person


def unbind_wechat(session: Session, staff_id: UUID) -> Staff:
    """No alerts any more. Raises StaffNotFound."""
    person = rows.locked(session, staff_id)
    person.open_id = person.open_id_hash = None
    session.flush()
    return person


def _claim(session: Session, staff_id: UUID, version: int) -> Staff:
    """The row, ours until the commit, if nobody changed it since the version that was looked at."""
    person = rows.locked(session, staff_id)
    if person.version != version:
        raise EditConflict(name=person.name)
    person.version += 1
    return person


def _locked_admins(session: Session) -> list[Staff]:
    # Before any other row, and in one order: two admins who close each other at once must not both succeed, nor block.
    query = select(Staff).where(Staff.role == ADMIN, Staff.disabled_at.is_(None)).order_by(Staff.id).with_for_update()
    return list(session.scalars(query))


def _require_other(admins: list[Staff], person: Staff) -> None:
    if [admin.id for admin in admins] == [person.id]:
        raise LastAdmin()


def _good_login(login: str) -> str:
    login = login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise BadName(field="login", why="登录名用 2 到 40 个小写字母、数字、点、横线，字母开头，例如 li.na")
    return login


def _good_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadName(field="name", why=f"姓名要填，最多 {LONGEST_NAME} 个字")
    return name


def _good_role(role: str) -> str:
    if role not in ROLES:
        raise BadName(field="role", why="没有这个角色")
    return role


def _matching(query: Select[Any], words: str, role: str) -> Select[Any]:
    # PostgreSQL takes no NUL, and nobody has one in the name.
    words = "".join(filter(str.isprintable, words)).strip().lower()[:LONGEST_NAME]
    if words:
        in_name = func.lower(Staff.name).contains(words, autoescape=True)
        query = query.where(or_(in_name, Staff.login.contains(words, autoescape=True)))
    return query.where(Staff.role == role) if role in ROLES else query

"""Take in somebody who works with the console (人员): the first admin, or anybody. Prints a one-time password."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import datetime

from sqlalchemy.orm import Session

from bot.store import open_store
from core import config
from core.staff import audit, passwords, staff
from core.staff.errors import BadName, LoginTaken, WeakPassword
from core.staff.models import Staff
from core.staff.permissions import ROLE_NAMES, ROLES

REFUSED = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Who, as what. A password is never an argument: others on the machine could read it."""
    parser.add_argument("--login", required=True, help="login name: small letters, digits, dots, dashes")
    parser.add_argument("--name", help="as colleagues know the person, such as 李娜")
    parser.add_argument(
        "--role", choices=list(ROLES), help="cadre 团干部, counselor 咨询师, supervisor 督导, admin 管理员"
    )
    parser.add_argument("--reset", action="store_true", help="let somebody in again: new password, no second factor")
    parser.add_argument("--password-stdin", action="store_true", help="read the password instead of making one")


def run(arguments: argparse.Namespace) -> int:
    """Create or let in again; the first sign-in asks for a password of one's own."""
    if not arguments.reset and not (arguments.name and arguments.role):
        print("create-staff needs --name and --role (or --reset for somebody who is there)", file=sys.stderr)
        return REFUSED
    store = open_store(config.load())
    password = _read_password() if arguments.password_stdin else passwords.one_time()
    try:
        passwords.require_good(password, arguments.login)
        hashed = passwords.hash_of(password)
        with store.database.transaction() as session:
            person = _apply(session, arguments, hashed, store.clock.now())
    except (BadName, LoginTaken, WeakPassword) as error:
        print(error.values.get("why", "这个登录名已经有人用了 · this login name is taken"), file=sys.stderr)
        return REFUSED
    if person is None:
        print(f"没有这个登录名 · nobody has the login name {arguments.login}", file=sys.stderr)
        return REFUSED
    print(f"登录名 · login     {person.login}（{person.name}，{ROLE_NAMES[person.role]}）")
    if not arguments.password_stdin:
        print(f"一次性密码 · one-time password  {password}")
    print(f"登录地址 · sign in at  {store.settings.public_url}/console/")
    return 0


def _apply(session: Session, arguments: argparse.Namespace, hashed: str, now: datetime) -> Staff | None:
    if arguments.reset:
        person = staff.find(session, arguments.login)
        if person is None:
            return None
        staff.let_in_again(session, person.id, hashed, now)
        action = "staff.let_in_again"
    else:
        person = staff.create_with_hash(session, arguments.login, arguments.name, arguments.role, hashed, now)
        action = "staff.create"
    audit.record(session, None, action, ("staff", person.id), now, reason="python -m bot create-staff")
    return person


def _read_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\r\n")

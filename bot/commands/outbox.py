"""List what could not be sent and needs a person, and settle it by hand: told otherwise, or not owed any more (R12).

Shows ids, kinds and reasons, no words and nobody's name; the case or the person is found in the console.
"""

from __future__ import annotations

import argparse
import sys
from uuid import UUID

from sqlalchemy.orm import Session

from bot.store import Store, open_store
from core import config
from core.outbox import state
from core.outbox.models import Delivery
from core.staff import audit, staff

REFUSED = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to list; which, how and by whom to settle."""
    parser.add_argument("--settle", type=UUID, metavar="ID", help="this delivery is done with")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--told", action="store_true", help="somebody was told by other means")
    how.add_argument("--dismiss", action="store_true", help="nothing is owed any more")
    parser.add_argument("--by", metavar="LOGIN", help="the colleague who decided so")
    parser.add_argument("--note", default="", help="why, in a few words that name nobody")


def run(arguments: argparse.Namespace) -> int:
    """List or settle; exit code 1 when it cannot be settled."""
    store = open_store(config.load())
    if arguments.settle is None:
        return _list(store)
    if not arguments.by or not (arguments.told or arguments.dismiss):
        print("--settle needs --by LOGIN, and --told or --dismiss", file=sys.stderr)
        return REFUSED
    with store.database.transaction() as session:
        return _settle(session, store, arguments)


def _list(store: Store) -> int:
    with store.database.reading() as session:
        rows = state.needing_human(session, limit=1000)
        for row in rows:
            print(_line(row))
    print(f"{len(rows)} need a person")
    return 0


def _line(row: Delivery) -> str:
    about = f"case {row.referral_id}" if row.referral_id else f"interaction {row.interaction_id}"
    return f"{row.id}  {row.created_at:%Y-%m-%d %H:%M}Z  {row.kind}  {row.reason}  {about}"


def _settle(session: Session, store: Store, arguments: argparse.Namespace) -> int:
    colleague, now = staff.find(session, arguments.by), store.clock.now()
    if colleague is None:
        print(f"Nobody has the login name {arguments.by}", file=sys.stderr)
        return REFUSED
    try:
        state.settle_by_human(
            session, arguments.settle, colleague.id, now, was_sent=arguments.told, note=arguments.note
        )
    except state.AlreadySettled:
        print("There is no such delivery that still waits", file=sys.stderr)
        return REFUSED
    action = "delivery.told" if arguments.told else "delivery.dismiss"
    audit.record(session, colleague, action, ("delivery", arguments.settle), now, reason="python -m bot outbox")
    print("Settled.")
    return 0

"""Erase what is held on one follower (P8); an open case is a hold and is said so. Also replays erasures after a restore."""

from __future__ import annotations

import argparse
import sys

from bot.inbound import read_message
from bot.store import open_spool, open_store
from core import config
from core.contacts import contacts
from core.privacy import erasure


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whose, or all that were erased before."""
    parser.add_argument("open_id", nargs="?", help="the follower's OpenID")
    parser.add_argument("--yes", action="store_true", help="do it; without this only what would go is shown")
    parser.add_argument("--replay", action="store_true", help="after a restore from backup: erase again who was erased")


def run(arguments: argparse.Namespace) -> int:
    """Erase in one transaction, and from the spool."""
    store = open_store(config.load())
    with store.database.transaction() as session:
        if arguments.replay:
            print(f"Erased again: {erasure.replay_erasures(session, store.clock.now())}")
            return 0
        contact = contacts.find(session, arguments.open_id or "")
        if contact is None:
            print("Nothing is held on this OpenID.", file=sys.stderr)
            return 1
        if not arguments.yes:
            print("Add --yes to erase. An open case would stay until it is closed.")
            return 0
        done = erasure.erase(session, contact, store.clock.now(), "operator")
        print(f"Erased: {done.counts}")
    dropped = open_spool(store).rewrite(lambda record: read_message(record.xml).open_id != arguments.open_id)
    if dropped:
        print(f"Dropped from the spool: {dropped}")
    return 0

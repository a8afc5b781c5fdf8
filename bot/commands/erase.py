"""Erase what is held on one follower (P8); an open case is a hold and is said so.

A backup does not know what was erased after it was made, so keep `--list` beside the backups, and after a restore
`--replay` it (R24).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.inbound import read_message
from bot.refused import Refused
from bot.spool import Record
from bot.store import Store, open_spool, open_store
from core import config
from core.contacts import contacts
from core.privacy import erasure, erasure_list
from core.privacy.erasure import Listed


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whose, or the list of all."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("open_id", nargs="?", help="the follower's OpenID")
    what.add_argument("--list", action="store_true", help="print all erasures so far as JSON lines (hashes only)")
    what.add_argument("--replay", type=Path, metavar="FILE", help="after a restore: erase again, by a kept --list")
    parser.add_argument("--yes", action="store_true", help="do it; without this only what would happen is said")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; exit code 1 when nobody by this id was ever met."""
    store = open_store(config.load())
    if arguments.list:
        return _list(store)
    if arguments.replay:
        return _replay(store, list(erasure_list.read(arguments.replay)))
    return _erase(store, arguments.open_id, arguments.yes)


def _list(store: Store) -> int:
    with store.database.reading() as session:
        for line in erasure.listed(session):
            print(erasure_list.line(line))
    return 0


def _replay(store: Store, kept: list[Listed]) -> int:
    with store.database.transaction() as session:
        print(f"Erased again: {erasure.replay_erasures(session, store.clock.now(), kept)}")
    return 0


def _erase(store: Store, open_id: str, sure: bool) -> int:
    with store.database.transaction() as session:
        contact = contacts.lock(session, open_id)
        if contact is None:
            print("Nothing is held on this OpenID.", file=sys.stderr)
            return 1
        if not sure:
            print("Add --yes to erase. An open case would stay until it is closed.")
            return 0
        done = erasure.erase(session, contact, store.clock.now(), "operator")
        print(f"Erased: {done.counts}")
    if dropped := open_spool(store).rewrite(lambda record: not _is_from(record, open_id)):
        print(f"Dropped from the spool: {dropped}")
    return 0


def _is_from(record: Record, open_id: str) -> bool:
    try:
        return read_message(record.xml).open_id == open_id
    except Refused:
        return open_id in record.xml  # set aside because it could not be read

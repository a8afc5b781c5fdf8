"""Erase what is held on one follower (P8); an open case is a hold and is said so.

A backup does not know what was erased after it was made, so keep `--list` beside the backups, and after a restore
`--replay` it (R24).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.inbound import read_message
from bot.refused import Refused
from bot.spool import Record
from bot.store import Store, open_spool, open_store
from core import config
from core.contacts import contacts
from core.errors import ConfigurationError
from core.privacy import erasure
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
        return _replay(store, list(_read(arguments.replay)))
    return _erase(store, arguments.open_id, arguments.yes)


def _list(store: Store) -> int:
    with store.database.reading() as session:
        for line in erasure.listed(session):
            print(json.dumps({"open_id_hash": line.open_id_hash, "at": line.at.isoformat(), "cause": line.cause}))
    return 0


def _replay(store: Store, kept: list[Listed]) -> int:
    with store.database.transaction() as session:
        print(f"Erased again: {erasure.replay_erasures(session, store.clock.now(), kept)}")
    return 0


def _read(path: Path) -> Iterator[Listed]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    for number, line in enumerate(lines, start=1):
        try:
            fields = json.loads(line)
            yield Listed(fields["open_id_hash"], datetime.fromisoformat(fields["at"]), fields["cause"])
        except (ValueError, KeyError, TypeError):
            message = f"{path}, line {number}: not a line of `erase --list`; nothing was erased"
            raise ConfigurationError(message) from None


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

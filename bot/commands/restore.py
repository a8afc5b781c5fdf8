"""Put a backup back as the database of DATABASE_URL. Stop web, worker and clock on every machine first.

The old database is renamed, not removed. What the backup still owed is not sent again: a person looks at it. Who was
erased since the backup is erased again, by the erasures.jsonl beside it. Killed at any moment, run it again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.commands.backup import ERASURES
from bot.store import open_store
from core import config
from core.backups import making
from core.backups.aftermath import Aftermath
from core.errors import ConfigurationError
from core.outbox.models import REFERRAL_ALERT, UNHANDLED_CRISIS
from core.privacy import erasure_list
from core.privacy.erasure import Listed

NEXT = """Next:
  python -m bot doctor && python -m bot audit
  look at who may sign in: an account that was closed since the backup is open again
  start clock and worker, then web; what waited in the spools comes in by itself"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and what to do with what is there."""
    parser.add_argument("backup", type=Path, help="a file that `backup` wrote, with its .json beside it")
    parser.add_argument("--replace", action="store_true", help="there is a database already: set it aside")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--erasures", type=Path, metavar="FILE", help=f"newest list (default: {ERASURES} beside it)")
    which.add_argument("--no-erasures", action="store_true", help="there is no list: who was erased since comes back")


def run(arguments: argparse.Namespace) -> int:
    """Restore, and say what a person must look at; exit code 2 when nothing was changed."""
    store = open_store(config.load())
    url = store.settings.database_url
    store.database.close()
    if making.is_taken(url) and not arguments.replace:
        print("DATABASE_URL holds a database already; --replace sets it aside under another name", file=sys.stderr)
        return 2
    erasures = list(_erasures(arguments))
    print(_report(making.restore(url, arguments.backup, erasures, store.clock.now(), store.keyring)))
    return 0


def _erasures(arguments: argparse.Namespace) -> Iterable[Listed]:
    if arguments.no_erasures:
        return ()
    path = arguments.erasures or arguments.backup.parent / ERASURES
    if not path.exists():
        raise ConfigurationError(
            f"{path} is not there: without it, whoever was erased since the backup comes back. Name the newest list "
            "with --erasures, or say --no-erasures"
        )
    return erasure_list.read(path)


def _report(done: Aftermath) -> str:
    alerts = sum(done.held.get(kind, 0) for kind in (REFERRAL_ALERT, UNHANDLED_CRISIS))
    lines = [f"Restored. Erased again: {done.erased_again}. Signed out: {done.signed_out}."]
    if done.held:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(done.held.items()))
        lines.append(f"Not sent again, a person must look (needs_human): {kinds}")
    if alerts:
        lines.append(f"{alerts} of them are ALERTS: tell the counselor on duty now, nobody else will")
    return "\n".join([*lines, NEXT])

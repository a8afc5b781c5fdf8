"""Write a backup of the database into a folder, while everything runs; keys and spool are not in it.

The list of erasures goes into the folder too, as erasures.jsonl: a backup does not know who was erased after it, so
bring the list up to date often (`--only-erasures`, every few minutes) and keep it where a restore can read it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.store import Store, open_store
from core import config
from core.backups import making
from core.privacy import erasure, erasure_list

ERASURES = "erasures.jsonl"
ALSO_KEEP = """Not in it, keep apart from it:
  DATA_KEYS and LOOKUP_KEY (without them nothing here can be read), and the rest of the settings
  SPOOL_DIR of each machine: messages that arrived while the database was away"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("folder", type=Path, help="made when it is not there, for its owner alone")
    parser.add_argument("--only-erasures", action="store_true", help="bring erasures.jsonl up to date, nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Write it, and say what it does not hold."""
    store = open_store(config.load())
    arguments.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not arguments.only_erasures:
        now = store.clock.now()
        print(making.make(store.settings.database_url, arguments.folder, now, store.keyring))
    print(f"{arguments.folder / ERASURES}: {_keep_erasures(store, arguments.folder / ERASURES)} erasures")
    if not arguments.only_erasures:
        print(ALSO_KEEP)
    return 0


def _keep_erasures(store: Store, path: Path) -> int:
    with store.database.reading(patient=True) as session:
        return erasure_list.keep(path, erasure.listed(session))

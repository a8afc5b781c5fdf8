"""Re-encrypt stored fields under the first key of DATA_KEYS; afterwards the older keys can be taken out."""

from __future__ import annotations

import argparse

from bot.store import open_spool, open_store
from core import config, rotation


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    """Rotate all tables; can be run while the bot runs, and again after a crash."""
    store = open_store(config.load())
    changed = rotation.rotate(store.database)
    print(f"Fields under key {store.keyring.current!r} now; changed: {sum(changed.values())}")
    open_spool(store).rewrite(lambda record: True)
    return 0

"""Say what is wrong with this deployment and how to mend it. Exit code 1 when something is."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.store import Store, open_spool, open_store
from content.hotlines import Hotlines
from core import config, durability, schema

ENOUGH_DISK = 200 * 1024 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    """Print one line a finding: `bad` must be mended, `note` should be known."""
    store = open_store(config.load())  # a faulty setting ends here, with its own message
    bad = [*_database(store), *_disk(store)]
    for line in bad:
        print(f"bad   {line}")
    for line in _notes(store):
        print(f"note  {line}")
    print("ok" if not bad else f"{len(bad)} to mend")
    return 1 if bad else 0


def _database(store: Store) -> Iterator[str]:
    try:
        if not schema.is_current(store.database):
            yield "The database's schema is not the newest: python -m bot migrate"
        yield from durability.faults(store.database)
    except SQLAlchemyError as error:
        yield f"The database cannot be reached ({type(error).__name__}): check DATABASE_URL, and that the server runs"


def _disk(store: Store) -> Iterator[str]:
    folder = Path(store.settings.spool_dir)
    try:
        spool = open_spool(store)
    except OSError:
        yield f"SPOOL_DIR cannot be made: {folder}; name a folder on a local disk that this user may write"
        return
    if not os.access(folder, os.W_OK):
        yield f"SPOOL_DIR cannot be written: chown it to the user that runs the bot: {folder}"
    elif shutil.disk_usage(folder).free < ENOUGH_DISK:
        yield f"Less than 200 MB are free where the spool lies ({folder}); make room"
    if count := spool.aside():
        yield f"{count} messages could not be processed and lie aside in SPOOL_DIR; the log says why"
    if not spool.is_empty():
        yield "Messages wait in the spool until the database is back. If it is: python -m bot worker --once"


def _notes(store: Store) -> Iterator[str]:
    settings = store.settings
    for warning in Hotlines.load().stale(store.clock.now()):
        yield str(warning)
    if not settings.is_production:
        yield "WECHAT_API_BASE is on this machine: a simulator, not the real WeChat"
    elif not settings.public_url.startswith("https://"):
        yield "PUBLIC_URL is not https: cards would lead to pages that anybody on the way can read"
    if settings.is_production and settings.wechat_mode != "safe":
        yield f"WECHAT_MODE is {settings.wechat_mode}; safe mode (安全模式) is the one that cannot be forged"
    if settings.wechat_aes_key_previous:
        yield "WECHAT_AES_KEY_PREVIOUS is set; take it out once the switch-over is done"

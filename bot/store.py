"""Settings, keys, database and spool: enough for commands that answer nobody."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import core.models  # noqa: F401 (every table, or a foreign key leads to one that nobody knows)
from bot.spool import Spool
from core import crypto
from core.clock import Clock, SystemClock
from core.config import Settings
from core.db import Database


@dataclass(frozen=True)
class Store:
    """Settings, keys and database: enough for commands that answer nobody."""

    settings: Settings
    database: Database
    keyring: crypto.Keyring
    clock: Clock


def open_store(settings: Settings, clock: Clock | None = None) -> Store:
    """Install the keys and open the database (no connection is made yet). Raises ConfigurationError."""
    keyring = crypto.Keyring.parse(settings.data_keys, settings.lookup_key)
    crypto.install(keyring)
    return Store(settings, Database(settings.database_url), keyring, clock or SystemClock())


def open_spool(store: Store) -> Spool:
    """The spool of this machine."""
    return Spool(Path(store.settings.spool_dir), store.keyring, store.settings.spool_max_mb * 1024 * 1024)

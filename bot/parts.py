"""What a process of ours is made of; the web application and the command line build the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.drain import Drainer
from bot.envelope import Envelope
from bot.pipeline import Pipeline
from bot.spool import Spool
from core import crypto
from core.clock import Clock, SystemClock
from core.config import Settings
from core.db import Database
from handlers import registry
from handlers.resources import Resources


@dataclass(frozen=True)
class Store:
    """Settings, keys and database: enough for commands that answer nobody."""

    settings: Settings
    database: Database
    keyring: crypto.Keyring
    clock: Clock


@dataclass(frozen=True)
class Parts:
    """Everything that a message passes through."""

    store: Store
    resources: Resources
    registry: registry.Registry
    spool: Spool
    envelope: Envelope
    pipeline: Pipeline
    drainer: Drainer


def open_store(settings: Settings, clock: Clock | None = None) -> Store:
    """Install the keys and open the database (no connection is made yet). Raises ConfigurationError."""
    keyring = crypto.Keyring.parse(settings.data_keys, settings.lookup_key)
    crypto.install(keyring)
    return Store(settings, Database(settings.database_url), keyring, clock or SystemClock())


def open_spool(store: Store) -> Spool:
    """The spool of this machine."""
    return Spool(Path(store.settings.spool_dir), store.keyring, store.settings.spool_max_mb * 1024 * 1024)


def build(settings: Settings, clock: Clock | None = None, resources: Resources | None = None) -> Parts:
    """Build all parts. Raises ConfigurationError or a content error that names the mend."""
    store = open_store(settings, clock)
    resources = resources or Resources.load(settings.public_url, settings.city, settings.account_name)
    routes = registry.load(resources.rules)
    spool = open_spool(store)
    pipeline = Pipeline(store.database, store.clock, routes, resources, spool, settings.answer_deadline_s)
    return Parts(store, resources, routes, spool, Envelope(settings), pipeline, Drainer(spool, pipeline))

"""Make a backup, and put one back: the same steps on both engines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import ModuleType

from core import audit, config, schema
from core.backups import aftermath, manifest, postgres, sqlite
from core.backups.aftermath import Aftermath
from core.crypto import Keyring
from core.db import Database
from core.errors import ConfigurationError
from core.files import make_private, move
from core.privacy.erasure import Listed

ENGINES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgres}


def make(url: str, folder: Path, now: datetime, keyring: Keyring) -> Path:
    """A new backup in the folder: a whole file with its manifest, or nothing."""
    engine = engine_of(url)
    path = folder / f"zhengqing-{_stamp(now)}{ENGINES[engine].SUFFIX}"
    draft = folder / "backup.partial"
    draft.unlink(missing_ok=True)  # of a run that was killed
    make_private(draft)
    ENGINES[engine].dump(url, draft)
    rows = _counts(url)
    move(draft, path)
    manifest.write(path, manifest.describe(path, engine, now, keyring, rows))
    return path


def restore(url: str, backup: Path, erasures: Iterable[Listed], now: datetime, keyring: Keyring) -> Aftermath:
    """Build the database beside the old one, settle it, and only then give it the name.

    Killed at any moment, what was there is still there, and the next try begins anew.
    """
    engine = engine_of(url)
    manifest.check(backup, manifest.read(backup), engine, keyring)
    with ENGINES[engine].restoring(url, backup, _stamp(now)) as beside:
        schema.upgrade(beside)
        return _settle(beside, now, erasures)


def is_taken(url: str) -> bool:
    """Whether DATABASE_URL already holds a database."""
    return bool(ENGINES[engine_of(url)].is_taken(url))


def engine_of(url: str) -> str:
    """`sqlite` or `postgresql`. Raises ConfigurationError."""
    try:
        return config.engine_of(url)
    except ValueError as error:
        raise ConfigurationError(f"The database's address {error}") from None


def _settle(url: str, now: datetime, erasures: Iterable[Listed]) -> Aftermath:
    database = Database(url)
    try:
        with database.transaction() as session:
            return aftermath.settle(session, now, erasures)
    finally:
        database.close()


def _counts(url: str) -> dict[str, int]:
    database = Database(url)
    try:
        with database.reading(patient=True) as session:
            return {name: count for name, count in audit.counts(session).items() if count}
    finally:
        database.close()


def _stamp(now: datetime) -> str:
    return now.strftime("%Y%m%d-%H%M%S")

"""Whether the database keeps what it says it kept (R19): the settings in force, read back from it."""

from __future__ import annotations

from sqlalchemy import text

from core.db import Database

# Network file systems break SQLite's locks.
_SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
_POSTGRES = {"fsync": {"on"}, "synchronous_commit": {"on", "remote_apply", "remote_write"}, "full_page_writes": {"on"}}


def faults(database: Database) -> list[str]:
    """What is wrong, each with its mend; empty when nothing is."""
    return _sqlite_faults(database) if database.is_sqlite else _postgres_faults(database)


def _sqlite_faults(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        found = {name: str(connection.execute(text(f"PRAGMA {name}")).scalar()) for name in _SQLITE}
    return [
        f"SQLite {name} is {found[name]}, must be {wanted}; is the database on a local disk?"
        for name, wanted in _SQLITE.items()
        if found[name] != wanted
    ]


def _postgres_faults(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        found = {name: str(connection.execute(text(f"SHOW {name}")).scalar()) for name in _POSTGRES}
    return [
        f"PostgreSQL {name} is {found[name]}, must be on: ALTER SYSTEM SET {name} = on, then reload"
        for name, wanted in _POSTGRES.items()
        if found[name] not in wanted
    ]

"""Move the data to another database (搬家), SQLite to PostgreSQL or back: all of it, or nothing (R24)."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, insert, select, text

from core import schema
from core.db import READS_ONLY, Database
from core.errors import ConfigurationError
from core.models import Base

BATCH = 500


def copy(source_url: str, target_url: str) -> dict[str, int]:
    """Copy every row into a new database; gives the rows by table. Nothing may write to the source meanwhile.

    Sealed values move as they are: their keys and the ids they are bound to do not change.
    """
    schema.upgrade(target_url)
    source, target = Database(source_url), Database(target_url)
    try:
        with _snapshot(source) as old, target.engine.begin() as new:
            _require_same_schema(source)
            _require_empty(_patient(new))
            return {table.name: _copy_table(old, new, table) for table in Base.metadata.sorted_tables}
    finally:
        source.close()
        target.close()


def _snapshot(source: Database) -> Connection:
    """One moment for all tables."""
    if source.is_sqlite:
        return source.engine.connect().execution_options(**{READS_ONLY: True})
    return _patient(source.engine.connect().execution_options(isolation_level="REPEATABLE READ"))


def _patient(connection: Connection) -> Connection:
    """The time-outs are made for callbacks; here a table may be long."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    return connection


def _require_same_schema(source: Database) -> None:
    if not schema.is_current(source):
        raise ConfigurationError("The schema of DATABASE_URL is not the newest: python -m bot migrate")


def _require_empty(new: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        if new.scalar(select(func.count()).select_from(table)):
            raise ConfigurationError(f"The target is not empty ({table.name}); nothing was copied")


def _copy_table(old: Connection, new: Connection, table: Table) -> int:
    count = 0
    for batch in old.execute(select(table), execution_options={"stream_results": True}).mappings().partitions(BATCH):
        new.execute(insert(table), [dict(row) for row in batch])
        count += len(batch)
    return count

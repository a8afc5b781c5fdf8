"""Alembic's entry: one transaction for all steps, one migration at a time, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from core import config
from core.db import Database
from core.models import Base

# Any constant; it names the lock that keeps two releases from migrating at once.
MIGRATION_LOCK = 12355


def migrate(connection: Connection) -> None:
    """Run the steps on this connection; a killed run leaves the schema as it was (R24)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="core.db.",
    )
    with context.begin_transaction():
        context.run_migrations()


database = Database(context.config.get_main_option("sqlalchemy.url") or config.load().database_url)
with database.engine.begin() as connection:
    migrate(connection)
database.close()

"""Bring the database's schema up to date, and tell whether it is (数据库迁移)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.db import Database

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def alembic_config(url: str) -> Config:
    """Alembic's configuration, without an ini file: the settings know the database."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Apply all migrations; nothing happens when there are none."""
    command.upgrade(alembic_config(url), "head")


def is_current(database: Database) -> bool:
    """Whether the database has the newest schema."""
    head = ScriptDirectory.from_config(alembic_config("")).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head

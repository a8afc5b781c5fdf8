"""The database: durable settings, aware times, and migrations that make exactly the models."""

import sqlite3
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import StatementError

from core import durability, schema
from core.db import Database
from core.models import Base, Erasure

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def opened(database_url):
    opened = Database(database_url)
    yield opened
    opened.close()


def test_the_migrations_make_exactly_the_models(opened):
    with opened.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "user_module_prefix": "core.db."})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database_url, opened):
    schema.upgrade(database_url)
    assert schema.is_current(opened)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_keeps_what_it_acknowledged(opened):
    assert durability.faults(opened) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_doctor_sees_that_postgresql_would_lose_commits(opened):
    """The shared test server runs without fsync, which must not pass unseen."""
    assert any("fsync" in fault for fault in durability.faults(opened))


def test_times_come_back_aware_and_in_utc(opened):
    with opened.transaction() as session:
        session.add(Erasure(open_id_hash="h", at=NOW, cause="asked", counts={}))
    with opened.transaction() as session:
        assert session.query(Erasure).one().at == NOW


def test_a_naive_time_is_refused(opened):
    with pytest.raises(StatementError, match="naive"), opened.transaction() as session:
        session.add(Erasure(open_id_hash="h", at=NOW.replace(tzinfo=None), cause="asked", counts={}))


def write_and_fail(session):
    session.add(Erasure(open_id_hash="h", at=NOW, cause="asked", counts={}))
    session.flush()
    _ = 1 / 0


def test_an_exception_leaves_nothing_behind(opened):
    with pytest.raises(ZeroDivisionError), opened.transaction() as session:
        write_and_fail(session)
    with opened.transaction() as session:
        assert session.query(Erasure).count() == 0


def test_a_reader_on_sqlite_never_fails_when_it_begins_to_write(sqlite_url):
    """Without BEGIN IMMEDIATE the second writer dies at once with “database is locked”."""
    opened = Database(sqlite_url)
    with opened.transaction() as session:
        session.query(Erasure).count()
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0)
        with pytest.raises(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        session.add(Erasure(open_id_hash="h", at=NOW, cause="asked", counts={}))
    opened.close()

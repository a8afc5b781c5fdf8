"""The console alone, with one person of every role, on either engine."""

from collections.abc import Iterator

import pytest

from core.clock import FixedClock
from core.config import Settings
from core.db import Database
from tests.support.office import Office


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Database]:
    """The console's database."""
    database = Database(sqlite_url, connections=4)
    yield database
    database.close()


@pytest.fixture
def office(store: Database, clock: FixedClock, settings: Settings) -> Office:
    return Office(store, clock, settings)


@pytest.fixture
def either_store(database_url: str) -> Iterator[Database]:
    """The same, once per engine."""
    database = Database(database_url, connections=4)
    yield database
    database.close()


@pytest.fixture
def either_office(either_store: Database, clock: FixedClock, settings: Settings) -> Office:
    return Office(either_store, clock, settings)

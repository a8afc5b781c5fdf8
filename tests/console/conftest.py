"""The console alone, with one person of every role, on either engine."""

from collections.abc import Iterator

import pytest

from console.house import Mind
from core.clock import FixedClock
from core.config import Settings
from core.db import Database
from core.resources import Resources
from handlers.explaining import Explainer
from handlers.registry import Registry
from tests.support.office import Office


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Database]:
    """The console's database."""
    database = Database(sqlite_url, connections=4)
    yield database
    database.close()


@pytest.fixture(scope="session")
def mind(resources: Resources, registry: Registry) -> Mind:
    """What the bot goes by."""
    return Mind(resources.rules, Explainer(resources, registry).explain)


@pytest.fixture
def office(store: Database, clock: FixedClock, settings: Settings, mind: Mind) -> Office:
    return Office(store, clock, settings, mind)


@pytest.fixture
def either_store(database_url: str) -> Iterator[Database]:
    """The same, once per engine."""
    database = Database(database_url, connections=4)
    yield database
    database.close()


@pytest.fixture
def either_office(either_store: Database, clock: FixedClock, settings: Settings, mind: Mind) -> Office:
    return Office(either_store, clock, settings, mind)

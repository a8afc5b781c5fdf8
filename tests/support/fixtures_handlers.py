"""Fixtures for handlers and verbs: an in-memory database, a clock that stands still, people who talk."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from core import crypto
from core.clock import SHANGHAI, FixedClock
from core.config import Settings
from core.crypto import Keyring
from core.db import Database
from core.models import Base
from core.resources import Resources
from handlers import registry as registries
from handlers.registry import Registry
from tests.support.people import Person, Town

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI).astimezone(UTC)
DATA_KEY = base64.b64encode(bytes(range(32))).decode()
LOOKUP_KEY = "a lookup key that is used in tests alone, 0123456789"


@pytest.fixture(autouse=True)
def keyring() -> Keyring:
    """Data keys of the tests' own, never a deployment's."""
    ring = Keyring.parse(f"k1:{DATA_KEY}", LOOKUP_KEY)
    crypto.install(ring)
    return ring


@pytest.fixture
def clock() -> FixedClock:
    """Monday, 23 November 2026, 10:00 in Zhengzhou."""
    return FixedClock(NOW)


@pytest.fixture
def memory() -> Iterator[Database]:
    """An empty SQLite in memory, with every table."""
    database = Database("sqlite:///:memory:")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def session(memory: Database) -> Iterator[Session]:
    """A transaction that nobody commits."""
    with memory.transaction() as session:
        yield session
        session.rollback()


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Valid settings that read no .env."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        wechat_appid="wx0123456789abcdef",
        wechat_token="testsOnly20261123",
        wechat_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        wechat_api_base="http://127.0.0.1:9",
        secret_key="a secret key that is used in tests alone, 0123456789",
        data_keys=f"k1:{DATA_KEY}",
        lookup_key=LOOKUP_KEY,
        public_url="http://127.0.0.1:8000",
    )


@pytest.fixture(scope="session")
def resources(settings: Settings) -> Resources:
    """All content, loaded once a run."""
    return Resources.load(settings.public_url, settings.city, settings.account_name)


@pytest.fixture(scope="session")
def registry(resources: Resources) -> Registry:
    """The house's real routes."""
    return registries.load(resources.rules)


@pytest.fixture
def town(session: Session, clock: FixedClock, resources: Resources, registry: Registry) -> Town:
    return Town(session, clock, resources, registry)


@pytest.fixture
def person(town: Town) -> Callable[[str], Person]:
    """`person("lin")`: a follower of this name."""
    return lambda name: Person(name, town)

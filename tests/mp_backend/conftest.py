"""A database with the demo events, for pages and API alike."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import crypto
from core.crypto import Keyring
from core.db import Database
from core.events import demo
from core.models import Base
from tests.support.fixtures_handlers import DATA_KEY, LOOKUP_KEY, NOW


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the demo events, made once and copied for each test."""
    path = tmp_path_factory.mktemp("mp_backend") / "filled.db"
    database = Database(f"sqlite:///{path}")
    crypto.install(Keyring.parse(f"k1:{DATA_KEY}", LOOKUP_KEY))
    Base.metadata.create_all(database.engine)
    with database.transaction() as session:
        demo.seed(session, NOW)
    database.close()
    return path


@pytest.fixture
def store(tmp_path: Path, filled: Path) -> Iterator[Database]:
    """A database that door and test use side by side."""
    path = tmp_path / "store.db"
    shutil.copyfile(filled, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()

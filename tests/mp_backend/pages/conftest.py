"""A small Flask app with nothing but the pages, on a database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import crypto
from core.clock import FixedClock
from core.config import Settings
from core.crypto import Keyring
from core.db import Database
from core.events import demo
from core.models import Base
from core.resources import Resources
from mp_backend import pages
from tests.support.fixtures_handlers import DATA_KEY, LOOKUP_KEY, NOW


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the demo events, made once and copied for each test."""
    path = tmp_path_factory.mktemp("pages") / "filled.db"
    database = Database(f"sqlite:///{path}")
    crypto.install(Keyring.parse(f"k1:{DATA_KEY}", LOOKUP_KEY))
    Base.metadata.create_all(database.engine)
    with database.transaction() as session:
        demo.seed(session, NOW)
    database.close()
    return path


@pytest.fixture
def store(tmp_path: Path, filled: Path) -> Iterator[Database]:
    """A database that pages and test use side by side."""
    path = tmp_path / "pages.db"
    shutil.copyfile(filled, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def client(store: Database, clock: FixedClock, resources: Resources, settings: Settings) -> FlaskClient:
    return client_for(store, clock, resources, settings)


@pytest.fixture
def client_without_database(clock: FixedClock, resources: Resources, settings: Settings) -> Iterator[FlaskClient]:
    """Nothing listens at the database's address."""
    away = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    yield client_for(away, clock, resources, settings)
    away.close()


def client_for(database: Database, clock: FixedClock, resources: Resources, settings: Settings) -> FlaskClient:
    app = Flask("pages-alone", static_folder=None)
    app.register_blueprint(pages.blueprint(resources, database, clock, settings), url_prefix="/pages")
    app.test_client_class = ReadingClient
    return app.test_client()


class ReadingClient(FlaskClient):
    """Reads every answer to its end, so that no file stays open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **({"buffered": True} | kwargs))

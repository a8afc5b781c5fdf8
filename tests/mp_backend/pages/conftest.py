"""A small Flask app with nothing but the pages, on a database of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import FixedClock
from core.config import Settings
from core.db import Database
from core.resources import Resources
from mp_backend import pages


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

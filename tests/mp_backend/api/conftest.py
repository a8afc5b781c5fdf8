"""A small Flask app with nothing but the API, on a database of its own; WeChat is a NullWeChat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import FixedClock
from core.db import Database
from core.resources import Resources
from core.wechat.client import MiniProgramSession
from core.wechat.null import NullWeChat
from mp_backend import api
from mp_backend.backend import Backend
from mp_backend.limits import Limits

MAX_BODY = 1024 * 1024


@pytest.fixture
def wechat() -> NullWeChat:
    """Knows lin and wang by one code each."""
    null = NullWeChat()
    for name in ("lin", "wang"):
        null.sessions[f"code-of-{name}"] = MiniProgramSession(f"omp_{name}", f"union_{name}", f"key-of-{name}")
    return null


@pytest.fixture
def backend(store: Database, clock: FixedClock, resources: Resources, wechat: NullWeChat) -> Backend:
    return Backend(resources, store, clock, Limits(clock), wechat.code_to_session)


@pytest.fixture
def app(backend: Backend) -> Flask:
    return app_for(backend)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def away(backend: Backend) -> Iterator[Backend]:
    """Nothing listens at the database's address."""
    database = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    yield replace(backend, database=database)
    database.close()


@pytest.fixture
def log_in(client: FlaskClient) -> Callable[[str], dict[str, str]]:
    """`log_in("lin")`: the headers that lin's phone sends from now on."""

    def begin(name: str) -> dict[str, str]:
        answer: Any = client.post("/api/v1/login", json={"code": f"code-of-{name}"})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json['token']}"}

    return begin


def app_for(backend: Backend) -> Flask:
    app = Flask("api-alone", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.register_blueprint(api.blueprint(backend))
    return app

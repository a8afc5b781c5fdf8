"""The same answers from PostgreSQL, which is stricter about what a text may hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from core.clock import FixedClock
from core.events import demo
from mp_backend.backend import Backend
from mp_backend.public_database import PublicDatabase
from tests.mp_backend.api.conftest import app_for
from tests.mp_backend.api.errors import assert_error


@pytest.fixture
def client(backend: Backend, postgres_url: str, clock: FixedClock) -> Iterator[FlaskClient]:
    database = PublicDatabase(postgres_url)
    with database.transaction() as session:
        demo.seed(session, clock.now())
    yield app_for(replace(backend, database=database)).test_client()
    database.close()


def test_what_no_text_may_hold_is_not_there(client: FlaskClient) -> None:
    for number in ("%00", "301%00", "%ED%A0%80", "%F0%9F%98%80", "x" * 500):
        assert_error(client.get(f"/api/v1/events/{number}"), 404, "event_not_found")
    assert client.get("/api/v1/events?district=%00&kind=%00").status_code == 200


def test_events_and_log_ins_are_as_on_sqlite(client: FlaskClient) -> None:
    first = client.get("/api/v1/events?limit=3").get_json()
    following = client.get(f"/api/v1/events?limit=50&cursor={first['next']}").get_json()
    numbers = [one["number"] for one in first["items"] + following["items"]]
    assert len(numbers) == len(set(numbers)) > 5
    assert client.get(f"/api/v1/events/{numbers[0]}").get_json()["starts_at"].endswith("Z")

    token = client.post("/api/v1/login", json={"code": "code-of-lin"}).get_json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=headers).get_json()["since"].endswith("Z")
    assert client.delete("/api/v1/login", headers=headers).status_code == 204
    assert_error(client.get("/api/v1/me", headers={"Authorization": "Bearer \x00"}), 401, "not_logged_in")

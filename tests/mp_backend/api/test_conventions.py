"""What holds for every operation: one shape of errors, JSON only, limits, caching, no way round."""

from __future__ import annotations

import contextlib
import json
import socket
from dataclasses import replace
from typing import Any

import pytest
import redis
from flask.testing import FlaskClient

from core.clock import FixedClock
from core.resources import Resources
from mp_backend import limits
from mp_backend.backend import Backend
from mp_backend.errors import KINDS
from mp_backend.limits import Limits
from mp_backend.openapi import OPERATIONS
from mp_backend.public_database import PublicDatabase
from tests.mp_backend.api.conftest import app_for
from tests.mp_backend.api.errors import assert_error

PUBLIC = (
    "helplines",
    "columns",
    "columns/shijiuda",
    "articles",
    "articles/shijiuda/xinshidai",
    "events",
    "events/301",
    "venues",
    "venues/QCJY002",
    "openapi.json",
)
NO_DATABASE = tuple(path for path in PUBLIC if not path.startswith("events"))


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_is_json_and_can_be_kept(client: FlaskClient, path: str) -> None:
    first = client.get(f"/api/v1/{path}")
    assert (first.status_code, first.mimetype) == (200, "application/json")
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", NO_DATABASE)
def test_what_needs_no_database_works_without_it(away: Backend, path: str) -> None:
    assert app_for(away).test_client().get(f"/api/v1/{path}").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "events"), ("GET", "events/301"), ("GET", "me"), ("DELETE", "login"), ("POST", "login")],
)
def test_without_the_database_the_answer_gives_numbers_to_call(away: Backend, method: str, path: str) -> None:
    client = app_for(away).test_client()
    body: Any = {"json": {"code": "code-of-lin"}} if method == "POST" else {}
    headers = {"Authorization": "Bearer something"}
    response = client.open(f"/api/v1/{path}", method=method, headers=headers, **body)
    told = assert_error(response, 503, "database_away")
    assert response.headers["Retry-After"] == "5"
    assert {line.number for line in told.helplines or ()} == {"12356", "12355", "120", "110"}


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/events/", "/columns/shijiuda/", "/%00", "/me/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_problem_and_never_a_page_or_a_redirect(
    client: FlaskClient, method: str, path: str
) -> None:
    assert_error(client.open(f"/api/v1{path}", method=method), 404, "not_found")


def test_a_doubled_slash_is_no_redirect(client: FlaskClient) -> None:
    assert_error(client.get("/api/v1//events"), 404, "not_found")


def test_addresses_of_others_are_left_to_others(client: FlaskClient) -> None:
    assert client.get("/api/v11").mimetype == "text/html"
    assert client.get("/nothing").mimetype == "text/html"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "TRACE"])
@pytest.mark.parametrize("path", PUBLIC)
def test_other_methods_are_told_which_ones_there_are(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(f"/api/v1/{path}", method=method)
    assert_error(response, 405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("columns/x", "column_not_found"),
        ("articles/x/xinshidai", "column_not_found"),
        ("articles/shijiuda/x", "article_not_found"),
        ("articles/shijiuda/..", "article_not_found"),
        ("events/999", "event_not_found"),
        ("events/%00", "event_not_found"),
        ("events/%ff%fe", "event_not_found"),
        ("events/1' OR 1=1", "event_not_found"),
        ("venues/x", "venue_not_found"),
    ],
)
def test_what_is_not_there_is_named(client: FlaskClient, path: str, code: str) -> None:
    assert_error(client.get(f"/api/v1/{path}"), 404, code)


@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/plain;q=0.5", "application/json;q=0"])
def test_who_cannot_read_json_is_told(client: FlaskClient, accept: str) -> None:
    assert_error(client.get("/api/v1/columns", headers={"Accept": accept}), 406, "not_acceptable")


@pytest.mark.parametrize("accept", ["", "*/*", "application/*", "application/json", "text/html, */*;q=0.1"])
def test_who_can_read_json_gets_it(client: FlaskClient, accept: str) -> None:
    assert client.get("/api/v1/columns", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=51", "limit=x", "limit=", "limit=1e9", "limit=5&limit=5", "limit=" + "9" * 5000, "cursor=%00"],
)
@pytest.mark.parametrize("path", ["columns", "articles", "events", "venues"])
def test_odd_pages_are_refused_by_name(client: FlaskClient, path: str, query: str) -> None:
    told = assert_error(client.get(f"/api/v1/{path}?{query}"), 400, "invalid_input")
    assert [fault.name for fault in told.fields or ()] == [query.partition("=")[0]]


@pytest.mark.parametrize(
    "cursor", ["x", "e30", "W10", "WzEuNV0", "WyJ4Il0", "W251bGxd", "W1tdXQ", "WzEsMiwzXQ", "AAAA"]
)
@pytest.mark.parametrize("path", ["columns", "articles", "events", "venues"])
def test_a_forged_cursor_is_refused_or_leads_to_an_end(client: FlaskClient, path: str, cursor: str) -> None:
    response = client.get(f"/api/v1/{path}?cursor={cursor}")
    if response.status_code != 200:
        assert_error(response, 400, "bad_cursor")


@pytest.mark.parametrize("path", ["columns", "articles", "events", "venues"])
@pytest.mark.parametrize("limit", [1, 7, 50])
def test_pages_together_are_the_whole_list_once(client: FlaskClient, path: str, limit: int) -> None:
    seen: list[Any] = []
    cursor = ""
    while cursor is not None:
        mark = f"&cursor={cursor}" if cursor else ""
        page: Any = client.get(f"/api/v1/{path}?limit={limit}{mark}").json
        assert 0 < len(page["items"]) <= limit
        seen += [json.dumps(one) for one in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) > 5


@pytest.mark.parametrize("path", [f"{path}?utm=1&from=wechat&isappinstalled=0" for path in PUBLIC])
def test_what_others_append_to_an_address_does_no_harm(client: FlaskClient, path: str) -> None:
    assert client.get(f"/api/v1/{path}").status_code == 200


# --- bodies (reliability 3) -------------------------------------------------------------------------------------


BAD_JSON = {
    "nothing": b"",
    "half": b'{"code": ',
    "two values": b'{"code":"a"} {"code":"b"}',
    "not UTF-8": b'{"code": "\xff"}',
    "UTF-16": '{"code":"a"}'.encode("utf-16"),
    "a key twice": b'{"code": "a", "code": "b"}',
    "a key twice, inside": b'{"code": "a", "x": {"y": 1, "y": 2}}',
    "NaN": b'{"code": NaN}',
    "Infinity": b'{"code": -Infinity}',
    "a number without end": b'{"code": ' + b"9" * 5000 + b"}",
    "a fraction without end": b'{"code": 0.' + b"9" * 5000 + b"}",
    "too large a number": b'{"code": 1e999}',
    "deep": b'{"code": ' + b"[" * 40 + b"]" * 40 + b"}",
    "very deep": b"[" * 500_000,
    "deep objects": b'{"a":' * 100_000,
    "trailing comma": b'{"code": "a",}',
    "single quotes": b"{'code': 'a'}",
    "a control character": b'{"code": "a\x00"}',
    "xml": b"<xml/>",
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_json_with_a_trap_is_refused(client: FlaskClient, name: str) -> None:
    response = client.post("/api/v1/login", data=BAD_JSON[name], content_type="application/json")
    assert_error(response, 400, "bad_json")


@pytest.mark.parametrize(
    "body",
    [
        "null",
        "[]",
        '"x"',
        "1",
        "{}",
        '{"code": null}',
        '{"code": 1}',
        '{"code": ["a"]}',
        '{"code": ""}',
        '{"code": "a b"}',
        '{"code": "\\u0000"}',
        '{"code": "\\ud800"}',
        '{"code": "你好"}',
        json.dumps({"code": "x" * 129}),
        '{"code": "a", "open_id": "o_somebody_else"}',
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_field(client: FlaskClient, body: str) -> None:
    response = client.post("/api/v1/login", data=body, content_type="application/json; charset=utf-8")
    assert assert_error(response, 400, "invalid_input").fields


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_kind_is_refused(client: FlaskClient, kind: str) -> None:
    response = client.post("/api/v1/login", data=b'{"code": "code-of-lin"}', content_type=kind)
    assert_error(response, 415, "wrong_content_type")


def test_a_huge_body_is_refused(client: FlaskClient) -> None:
    body = b'{"code": "' + b"x" * 1024 * 1024 + b'"}'
    assert_error(client.post("/api/v1/login", data=body, content_type="application/json"), 413, "too_large")


# --- limits -----------------------------------------------------------------------------------------------------


def test_who_logs_in_too_often_waits_for_the_next_minute(client: FlaskClient, clock: FixedClock) -> None:
    statuses = [client.post("/api/v1/login", json={"code": "x"}).status_code for _ in range(limits.LOGIN)]
    assert set(statuses) == {401}
    clock.move(seconds=20)
    refused = client.post("/api/v1/login", json={"code": "x"})
    assert_error(refused, 429, "too_many_requests")
    assert refused.headers["Retry-After"] == "40"
    elsewhere = client.post("/api/v1/login", json={"code": "x"}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 401
    assert client.get("/api/v1/columns").status_code == 200, "what is counted is counted apart"
    clock.move(seconds=40)
    assert client.post("/api/v1/login", json={"code": "x"}).status_code == 401


def test_help_lines_are_never_refused(client: FlaskClient) -> None:
    statuses = [client.get("/api/v1/columns?limit=1").status_code for _ in range(limits.READING + 1)]
    assert statuses[-1] == 429
    assert client.get("/api/v1/helplines").status_code == 200
    assert [one.name for one in OPERATIONS if one.limit is None] == ["list_helplines"]


def test_a_household_counts_once_whatever_address_it_takes(clock: FixedClock) -> None:
    counted = Limits(clock)
    assert counted.exceeded(1, "2001:db8:1:2:3:4:5:6") == 0
    assert counted.exceeded(1, "2001:db8:1:2:ffff::1") > 0
    assert counted.exceeded(1, "2001:db8:1:3::1") == 0
    assert counted.exceeded(1, "") == 0


def test_two_processes_count_together_in_redis(clock: FixedClock, redis_url: str) -> None:
    one, other = Limits(clock, redis_url), Limits(clock, redis_url)
    assert [one.exceeded(2, "a"), other.exceeded(2, "a")] == [0, 0]
    assert one.exceeded(2, "a") > 0
    for each in (one, other):
        each.close()


def test_without_redis_each_process_counts_for_itself(clock: FixedClock, free_port: int) -> None:
    alone = Limits(clock, f"redis://127.0.0.1:{free_port}/0")
    assert [alone.exceeded(2, "a") for _ in range(2)] == [0, 0]
    assert alone.exceeded(2, "a") > 0
    alone.close()


def test_redis_holds_no_address(clock: FixedClock, redis_url: str) -> None:
    counted = Limits(clock, redis_url)
    counted.exceeded(limits.READING, "198.51.100.77")
    with redis.Redis.from_url(redis_url) as look:
        names = b" ".join(look.keys())
    assert b"zhengqing" in names
    assert b"198.51.100.77" not in names
    counted.close()


def test_nobody_queues_before_a_database_that_hangs(backend: Backend) -> None:
    """A server that takes the connection and says nothing: one caller waits for it, the next ones do not."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hung = PublicDatabase(f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing")
        client = app_for(replace(backend, database=hung)).test_client()
        for _ in range(5):
            assert_error(client.get("/api/v1/events"), 503, "database_away")
        assert knocks_at(silent) == 1
        hung.close()
    assert client.get("/api/v1/helplines").status_code == 200


def test_nobody_queues_before_a_redis_that_hangs(clock: FixedClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        counted = Limits(clock, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        assert [counted.exceeded(4, "a") for _ in range(4)] == [0] * 4
        assert counted.exceeded(4, "a") > 0
        assert knocks_at(silent) == 1
        counted.close()


def knocks_at(silent: socket.socket) -> int:
    """How many came to a server that never answers."""
    silent.setblocking(False)
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            silent.accept()[0].close()
            count += 1
    return count


# --- errors -----------------------------------------------------------------------------------------------------


def test_every_problem_has_plain_words(resources: Resources) -> None:
    for code in KINDS:
        assert resources.texts.get(f"problems.{code}")


def test_what_nobody_foresaw_gives_nothing_away(backend: Backend) -> None:
    def broken(code: str) -> Any:
        raise RuntimeError(f"secret {code}")

    client = app_for(replace(backend, code_to_session=broken)).test_client()
    response = client.post("/api/v1/login", json={"code": "code-of-lin"})
    told = assert_error(response, 500, "internal_error")
    assert "secret" not in response.text
    assert told.helplines

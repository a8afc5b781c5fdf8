"""Log in, come back, leave: tokens that nobody can guess, keep or move to another person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from core.clock import FixedClock
from core.contacts import contacts
from core.crypto import keyring
from core.db import Database
from core.mini_program.models import ABSOLUTE, IDLE, NOTED_EVERY, MiniProgramSession
from core.privacy import erasure
from core.wechat.errors import WeChatRefused, WeChatUnknown, WeChatUnreachable
from core.wechat.null import NullWeChat
from mp_backend import auth
from tests.mp_backend.api.errors import assert_error

LogIn = Callable[[str], dict[str, str]]


def me(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.get("/api/v1/me", headers=headers)


def rows(store: Database) -> list[MiniProgramSession]:
    with store.reading() as session:
        return list(session.scalars(select(MiniProgramSession)))


def test_a_code_becomes_a_token_that_opens_my_own(client: FlaskClient, log_in: LogIn) -> None:
    answer = me(client, log_in("lin"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["holdings"] == {"messages": 0, "signups": 0, "cases": 0, "consents": 0, "logins": 1}


def test_the_answer_holds_a_token_and_nothing_of_wechats(client: FlaskClient) -> None:
    answer = client.post("/api/v1/login", json={"code": "code-of-lin"})
    assert set(answer.get_json()) == {"token", "expires_at"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert not any(word in answer.text for word in ("omp_lin", "union_lin", "key-of-lin"))


def test_neither_token_nor_key_nor_openid_can_be_read_in_the_database(store: Database, log_in: LogIn) -> None:
    token = log_in("lin")["Authorization"].removeprefix("Bearer ")
    (row,) = rows(store)
    assert row.session_key == "key-of-lin"
    with store.reading() as session:
        contact = contacts.find(session, "omp_lin")
        assert contact is not None
        assert contact.union_id == "union_lin"
        tables = [session.execute(text(f"SELECT * FROM {name}")).all() for name in ("mini_program_session", "contact")]
    assert not any(word in repr(tables) for word in (token, "key-of-lin", "omp_lin", "union_lin"))


def test_each_login_is_another_token_and_the_oldest_end(
    client: FlaskClient, store: Database, log_in: LogIn, clock: FixedClock
) -> None:
    tokens = []
    for _ in range(7):
        tokens.append(log_in("lin"))
        clock.move(seconds=1)
    assert len({headers["Authorization"] for headers in tokens}) == 7
    assert [me(client, headers).status_code for headers in tokens] == [401, 401, 200, 200, 200, 200, 200]
    assert len(rows(store)) == 5


def test_logging_out_ends_this_login_and_no_other(client: FlaskClient, log_in: LogIn) -> None:
    one, other = log_in("lin"), log_in("lin")
    assert client.delete("/api/v1/login", headers=one).status_code == 204
    assert_error(me(client, one), 401, "not_logged_in")
    assert_error(client.delete("/api/v1/login", headers=one), 401, "not_logged_in")
    assert me(client, other).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Basic bGluOmxpbg==", "bearer  " + "x" * 5000, "Bearer \x00", "Bearer 你好"],
)
def test_without_a_token_of_ours_nobody_is_logged_in(client: FlaskClient, log_in: LogIn, header: str) -> None:
    log_in("lin")
    answer = me(client, {"Authorization": header} if header else {})
    assert_error(answer, 401, "not_logged_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_hash_in_the_database_is_no_token(client: FlaskClient, store: Database, log_in: LogIn) -> None:
    log_in("lin")
    (row,) = rows(store)
    assert_error(me(client, {"Authorization": f"Bearer {row.token_hash}"}), 401, "not_logged_in")


def test_a_token_ends_when_it_is_not_used(client: FlaskClient, log_in: LogIn, clock: FixedClock) -> None:
    headers = log_in("lin")
    clock.move(seconds=IDLE.total_seconds() - 1)
    assert me(client, headers).status_code == 200
    clock.move(seconds=IDLE.total_seconds())
    assert_error(me(client, headers), 401, "not_logged_in")


def test_a_token_ends_also_when_it_is_used(client: FlaskClient, log_in: LogIn, clock: FixedClock) -> None:
    headers = log_in("lin")
    for _ in range(int(ABSOLUTE / IDLE * 2) - 1):
        clock.move(seconds=IDLE.total_seconds() / 2)
        assert me(client, headers).status_code == 200
    clock.move(seconds=IDLE.total_seconds() / 2)
    assert_error(me(client, headers), 401, "not_logged_in")


def test_reading_writes_only_now_and_then(
    client: FlaskClient, store: Database, log_in: LogIn, clock: FixedClock
) -> None:
    headers = log_in("lin")
    began = clock.now()
    clock.move(seconds=NOTED_EVERY.total_seconds() - 1)
    with store.transaction() as session:
        session.execute(text("UPDATE event SET title = title"))
        assert me(client, headers).status_code == 200, "it must not wait for a writer"
    assert rows(store)[0].seen_at == began
    clock.move(seconds=1)
    assert me(client, headers).status_code == 200
    assert rows(store)[0].seen_at == clock.now()


def test_an_erasure_logs_out_everywhere(client: FlaskClient, store: Database, log_in: LogIn, clock: FixedClock) -> None:
    lin, wang = log_in("lin"), log_in("wang")
    with store.transaction() as session:
        contact = contacts.lock(session, "omp_lin")
        assert contact is not None
        done = erasure.erase(session, contact, clock.now(), "asked")
    assert done.counts["logins"] == 1
    assert_error(me(client, lin), 401, "not_logged_in")
    assert me(client, wang).status_code == 200
    # Somebody whom we forgot comes again: a new beginning.
    clock.move(seconds=1)
    assert me(client, log_in("lin")).status_code == 200


def test_a_key_is_sealed_under_the_keys_of_the_house(store: Database, log_in: LogIn) -> None:
    log_in("lin")
    sealed = rows(store)[0].session_key_sealed
    assert sealed is not None
    assert keyring().key_of(sealed) == "k1"


# --- when WeChat says no, or nothing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("errcode", "status", "code"),
    [
        (40029, 401, "code_invalid"),
        (40163, 401, "code_invalid"),
        (40226, 403, "login_blocked"),
        (45011, 429, "too_many_requests"),
        (-1, 503, "wechat_away"),
        (40013, 503, "login_unavailable"),
        (40125, 503, "login_unavailable"),
        (99999, 503, "wechat_away"),
    ],
)
def test_each_refusal_of_wechats_is_told_as_what_it_is(
    client: FlaskClient, store: Database, wechat: NullWeChat, errcode: int, status: int, code: str
) -> None:
    wechat.refuses(errcode)
    answer = client.post("/api/v1/login", json={"code": "code-of-lin"})
    told = assert_error(answer, status, code)
    assert ("Retry-After" in answer.headers) is (code in ("too_many_requests", "wechat_away"))
    assert bool(told.helplines) is (status == 503)
    assert str(errcode) not in answer.text
    assert rows(store) == []


@pytest.mark.parametrize("error", [WeChatUnreachable("/x: refused"), WeChatUnknown("/x: ReadTimeout")])
def test_a_wechat_that_is_away_keeps_nobody_from_the_help_lines(
    client: FlaskClient, wechat: NullWeChat, error: WeChatRefused
) -> None:
    wechat.always_fails(error)
    answer = client.post("/api/v1/login", json={"code": "code-of-lin"})
    assert_error(answer, 503, "wechat_away")
    assert answer.headers["Retry-After"] == "5"
    assert client.get("/api/v1/helplines").status_code == 200


def test_a_wechat_that_hangs_holds_few_threads(
    client: FlaskClient, wechat: NullWeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "PATIENCE_S", 0.01)
    taken = [auth._waiting.acquire(timeout=1) for _ in range(4)]
    try:
        assert_error(client.post("/api/v1/login", json={"code": "code-of-lin"}), 503, "wechat_away")
    finally:
        for _ in taken:
            auth._waiting.release()
    assert wechat.asked == []
    assert client.post("/api/v1/login", json={"code": "code-of-lin"}).status_code == 200

"""Logs tell an operator what happens and nobody who it happened to (P10): planted words, looked for in every line."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.servers import environment
from bench.servers.waiting import wait_until
from core.config import Settings
from core.db import Database
from tests.support import pushes
from tests.support.product import Product, deployed

OPEN_ID = "oCanary0123456789abcdefghijk"
PLANTED = ("金丝雀", "13912345678", "canaryword", "canarypassword", "canary-js-code", OPEN_ID)
CRY = "我叫金丝雀，住在金水路，电话13912345678，canaryword，我不想活了"
SECRETS = (
    "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_APPSECRET", "MP_APPSECRET", "SECRET_KEY", "LOOKUP_KEY", "DATA_KEYS",
)  # fmt: skip


class Caller:
    """Somebody on the network who keeps the signatures that were used."""

    def __init__(self, product: Product) -> None:
        values = {name.lower(): value for name, value in product.environment.items()}
        self.settings = Settings(_env_file=None, **values)
        self._port = int(product.environment["PORT"])
        self.signatures: list[str] = []

    def asks(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """One request."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def pushes(self, xml: str, spoil: str = "") -> int:
        """A push of WeChat's; `spoil` is put into the signature."""
        query, body = pushes.push(self.settings, xml)
        self.signatures += [part.partition("=")[2] for part in query.split("&") if "signature" in part]
        return self.asks("POST", f"/wechat?{query}{spoil}", body, **{"Content-Type": "text/xml"})[0]

    def says(self, words: str) -> int:
        """A text message."""
        return self.pushes(pushes.text_xml(OPEN_ID, words, time.time_ns()))

    def babbles(self, raw: bytes) -> None:
        """Bytes that are no HTTP."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=20) as line:
            line.sendall(raw)
            line.settimeout(5)
            while line.recv(4096):
                pass


@pytest.fixture
def running(tmp_path: Path, database_url: str) -> Iterator[Product]:
    """Everything as loud as it gets."""
    settings = environment.product_environment(tmp_path, DATABASE_URL=database_url, LOG_LEVEL="DEBUG")
    with deployed(tmp_path, settings) as product:
        product.start_simulator()
        product.start_web()
        yield product


def rename(url: str, old: str, new: str) -> None:
    """Take a table away, or give it back: every statement on it then fails, with all its values."""
    database = Database(url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
    database.close()


def live_through_everything(product: Product, caller: Caller) -> str:
    """Chat, attacks, a crash; gives what commands and /metrics printed."""
    assert [caller.says(words) for words in ("你好 canaryword", CRY, "报名 金丝雀", "我的电话13912345678")] == [200] * 4
    assert caller.pushes(pushes.message_xml(OPEN_ID, "金丝雀", "<Canary>canaryword</Canary>", msg_id=7)) == 200
    attack(caller)
    url = product.environment["DATABASE_URL"]
    for table in ("conversation", "interaction"):
        rename(url, table, "gone")
        assert caller.says(CRY) == 200
        caller.asks("GET", f"/pages/events?q=canaryword&openid={OPEN_ID}")
        rename(url, "gone", table)
    log = product.folder / "web.log"
    wait_until(lambda: "exchange_failed" in log.read_text("utf-8"), what="the crash in the log")
    commands = [product.command("bot", *words) for words in (["setup-menu"], ["worker", "--once"], ["clock", "--once"])]
    metrics = caller.asks("GET", "/metrics")[1].decode()
    assert "zhengqing_database_up" in metrics
    return metrics + "".join(done.stdout + done.stderr for done in commands)


def attack(caller: Caller) -> None:
    """What strangers try, each with something to remember them by."""
    assert caller.pushes(pushes.text_xml(OPEN_ID, CRY, 8), spoil="00canaryword") == 403
    assert caller.pushes("<xml><canaryword>金丝雀</xml>") == 400
    assert caller.asks("POST", f"/wechat?openid={OPEN_ID}&signature=canaryword", CRY.encode())[0] == 403
    assert caller.asks("GET", f"/wechat?echostr=canaryword&openid={OPEN_ID}")[0] == 403
    assert caller.asks("GET", "/canaryword/13912345678")[0] == 404
    login = json.dumps({"js_code": "canary-js-code", "code": "canary-js-code"}).encode()
    caller.asks("POST", "/api/v1/login", login, **{"Content-Type": "application/json"})
    caller.asks("POST", "/console/login", b"name=canaryword&password=canarypassword")
    caller.babbles(f"GET /wechat?signature=canaryword&openid={OPEN_ID} NO-HTTP-canaryword\r\n\r\n".encode())
    caller.babbles(f"POST /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: canaryword\r\nX: {OPEN_ID}\r\n\r\n".encode())


def access_tokens(product: Product) -> list[str]:
    """What WeChat gave out."""
    state = json.loads((Path(product.environment["SIMULATOR_DIR"]) / "state.json").read_text("utf-8"))
    return [each["text"] for each in state["tokens"]]


@pytest.mark.slow
def test_no_log_names_a_person_a_word_or_a_secret(running: Product):
    caller = Caller(running)
    told = live_through_everything(running, caller)
    lines = (running.folder / "web.log").read_text("utf-8")
    secrets = [running.environment[name] for name in SECRETS]
    wait_until(lambda: access_tokens(running), what="the token in the simulator's snapshot")
    for hidden in (*PLANTED, *secrets, *caller.signatures, *access_tokens(running)):
        assert hidden not in lines, _around(lines, hidden)
        assert hidden not in told, _around(told, hidden)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_line_is_json_and_names_its_request(running: Product):
    caller = Caller(running)
    live_through_everything(running, caller)
    entries = [json.loads(line) for line in (running.folder / "web.log").read_text("utf-8").splitlines()]
    assert all({"event", "level", "timestamp"} <= entry.keys() for entry in entries)
    of_requests = [entry for entry in entries if entry["event"] in ("answered", "callback_refused", "exchange_failed")]
    assert {entry["event"] for entry in of_requests} == {"answered", "callback_refused", "exchange_failed"}
    assert all(len(entry["request"]) == 16 for entry in of_requests)


def _around(text: str, hidden: str) -> str:
    at = text.index(hidden)
    return f"…{text[max(0, at - 300) : at + 100]}…"

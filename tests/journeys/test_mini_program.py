"""The mini-program's phone against the real product and the real simulator: wx.login over HTTP (小程序登录)."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest

from mp_backend.limits import LOGIN
from tests.support.product import Product

LIN = "林晓"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class MiniProgram:
    """One phone with the mini-program open: asks the simulator for codes, and our API for everything else."""

    product: Product
    open_id: str = ""

    def __post_init__(self) -> None:
        cast = self._ask(self._phone("/phone/state"), "GET").body["cast"]
        self.open_id = next(one["open_id"] for one in cast if one["name"] == LIN)

    def wx_login(self) -> str:
        """A fresh code."""
        return str(self._ask(self._phone(f"/phone/mini/{self.open_id}/login"), "POST", {}).body["code"])

    def log_in(self, code: str) -> Answer:
        return self.calls("POST", "/login", {"code": code})

    def calls(self, method: str, path: str, body: Any = None, token: str = "") -> Answer:
        url = f"http://127.0.0.1:{self.product.environment['PORT']}/api/v1{path}"
        return self._ask(url, method, body, {"Authorization": f"Bearer {token}"} if token else {})

    def _phone(self, path: str) -> str:
        return f"http://127.0.0.1:{self.product.environment['SIMULATOR_PHONE_PORT']}{path}"

    def _ask(self, url: str, method: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if data is not None else {}
        request = urllib.request.Request(url, data, kind | (headers or {}), method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return Answer(answer.status, dict(answer.headers), json.loads(answer.read() or "null"))
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.status or 0, dict(refused.headers), json.loads(refused.read()))


@pytest.fixture
def phone(product: Product) -> MiniProgram:
    product.start_simulator()
    product.start_web()
    return MiniProgram(product)


def assert_problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.body["code"]) == (status, code), answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body["request_id"] == answer.headers["X-Request-Id"] != "-"


def test_a_phone_logs_in_reads_and_leaves(phone: MiniProgram) -> None:
    code = phone.wx_login()
    begun = phone.log_in(code)
    assert begun.status == 200, begun.body
    token = begun.body["token"]
    assert phone.calls("GET", "/me", token=token).status == 200
    assert_problem(phone.log_in(code), 401, "code_invalid")  # once only
    assert_problem(phone.log_in("made-up"), 401, "code_invalid")
    again = phone.log_in(phone.wx_login())
    assert again.body["token"] != token
    assert phone.calls("GET", "/me", token=again.body["token"]).body["holdings"]["logins"] == 2

    late = phone.wx_login()
    phone.product.control("/control/clock", {"advance_s": 301})
    assert_problem(phone.log_in(late), 401, "code_invalid")

    event = phone.calls("GET", "/events?open=true").body["items"][0]
    assert phone.calls("GET", f"/events/{event['number']}").body["title"] == event["title"]
    assert phone.calls("DELETE", "/login", token=token).status == 204
    assert_problem(phone.calls("GET", "/me", token=token), 401, "not_logged_in")
    assert_problem(phone.calls("GET", "/nothing"), 404, "not_found")
    assert_problem(phone.calls("PUT", "/events"), 405, "method_not_allowed")

    logs = (phone.product.folder / "web.log").read_text("utf-8")
    secrets = (code, token, phone.open_id, phone.product.environment["MP_APPSECRET"])
    assert not any(word in logs for word in secrets), "nothing of a person or a secret is in the logs"
    audit = phone.product.command("bot", "audit", "--json")
    assert audit.returncode == 0, audit.stdout


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_wechat_does_the_help_lines_stay(phone: MiniProgram) -> None:
    path = "/sns/jscode2session"
    for fault, status, code in (
        ({"kind": "errcode", "errcode": -1}, 503, "wechat_away"),
        ({"kind": "errcode", "errcode": 45011}, 429, "too_many_requests"),
        ({"kind": "errcode", "errcode": 40226}, 403, "login_blocked"),
        ({"kind": "refuse"}, 503, "wechat_away"),
        ({"kind": "html_502"}, 503, "wechat_away"),
        ({"kind": "cut_after_receive"}, 503, "wechat_away"),
        ({"kind": "hang"}, 503, "wechat_away"),
    ):
        phone.product.control("/control/faults", {"path": path, "times": 1, **fault})
        assert_problem(phone.log_in(phone.wx_login()), status, code)
        assert phone.calls("GET", "/helplines").body["items"][0]["danger"]
    assert phone.log_in(phone.wx_login()).status == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_code_of_another_mini_program_opens_nothing(product: Product) -> None:
    """The platform knows the code as another's: our appid and secret do not fit."""
    product.start_simulator(MP_APPID="wx00000000000000ff")
    product.start_web()
    phone = MiniProgram(product)
    answer = phone.log_in(phone.wx_login())
    assert_problem(answer, 503, "login_unavailable")
    assert not re.search(r"4\d{4}", answer.body["detail"])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_a_mini_program_everything_public_is_there(product: Product) -> None:
    product.start_simulator()
    product.start_web(MP_APPID="", MP_APPSECRET="")
    phone = MiniProgram(product)
    assert_problem(phone.log_in(phone.wx_login()), 503, "login_unavailable")
    for path in ("/helplines", "/columns", "/articles", "/events", "/venues", "/openapi.json"):
        assert phone.calls("GET", path).status == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_behind_our_own_proxy_each_caller_counts_for_themselves(product: Product) -> None:
    """What stands left of our proxy's own word was written by the caller, and gives no new start."""
    product.start_web(MP_APPID="", MP_APPSECRET="", TRUSTED_PROXIES="1")

    def tries(forwarded: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", int(product.environment["PORT"]), timeout=30)
        headers = {"Content-Type": "application/json", "X-Forwarded-For": forwarded}
        connection.request("POST", "/api/v1/login", b'{"code": "x"}', headers)
        status = connection.getresponse().status
        connection.close()
        return status

    # More than two minutes' worth: wherever a minute ends in between, one of them was full.
    statuses = {tries(f"203.0.113.{number % 200}, 198.51.100.1") for number in range(2 * LOGIN + 2)}
    assert statuses == {503, 429}
    assert tries("198.51.100.2") == 503

"""Log in (登录) with the code of wx.login, log out, and who I am to this house."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from pydantic import BaseModel, ConfigDict, Field

from core.mini_program import sessions
from core.privacy import holdings
from core.wechat.errors import WeChatError, WeChatRefused
from core.wechat.reactions import Reaction, rule_for
from mp_backend.backend import Call, CodeToSession, MiniProgramIdentity
from mp_backend.errors import Problem
from mp_backend.limits import LOGIN
from mp_backend.operations import Operation

# platform D11: what WeChat says of a code, and what we say of it.
REFUSALS = {
    40029: "code_invalid",  # not a code, or another mini-program's
    40163: "code_invalid",  # used before
    41008: "code_invalid",
    40226: "login_blocked",
    45011: "too_many_requests",
}
A_MINUTE, SOON = "60", "5"
# WeChat may hang: no more than these threads wait for it, so that the callback keeps its own (R22).
_waiting = threading.BoundedSemaphore(4)
PATIENCE_S = 1.0


class LoginBody(BaseModel):
    """What wx.login gave."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=128, pattern="^[!-~]+$", examples=["0b1AbCdEfGh2IjKlMn3O"])


class LoginAnswer(BaseModel):
    """The token to send with every call as `Authorization: Bearer …`."""

    token: str = Field(repr=False)
    expires_at: datetime = Field(description="最迟到这个时候；一天不用也会过期。过期了重新 wx.login")


class Holdings(BaseModel):
    """How much we hold of a person (我们存了什么), in numbers."""

    messages: int
    signups: int
    cases: int
    consents: int
    logins: int


class MeAnswer(BaseModel):
    """The person who is logged in, as far as we know them: not by name."""

    since: datetime = Field(description="第一次见到是什么时候")
    logged_in_at: datetime
    expires_at: datetime
    holdings: Holdings


def log_in(call: Call) -> LoginAnswer:
    backend = call.backend
    body: LoginBody = call.body
    # WeChat is asked before, and never within, our own transaction.
    who = _ask_wechat(backend.code_to_session, body.code)
    with backend.database.transaction() as session:
        begun = sessions.begin(session, who.open_id, who.union_id, who.session_key, backend.clock.now())
    return LoginAnswer(token=begun.token, expires_at=begun.expires_at)


def log_out(call: Call) -> None:
    with call.backend.database.transaction() as session:
        sessions.end(session, call.me.token)


def show_me(call: Call) -> MeAnswer:
    with call.backend.database.reading() as session:
        held = holdings.of(session, call.me.contact)
    counts = Holdings(
        messages=held.messages,
        signups=held.signups,
        cases=held.cases,
        consents=held.consents,
        logins=held.logins,
    )
    login = call.me.session
    return MeAnswer(since=held.since, logged_in_at=login.created_at, expires_at=login.ends_at, holdings=counts)


def _ask_wechat(code_to_session: CodeToSession | None, code: str) -> MiniProgramIdentity:
    if code_to_session is None:
        raise Problem("login_unavailable")
    with _a_place_to_wait():
        try:
            return code_to_session(code)
        except WeChatRefused as refusal:
            raise _refused(refusal) from None
        except WeChatError as error:
            structlog.get_logger().error("login_without_wechat", error=type(error).__name__)
            raise Problem("wechat_away", Retry_After=SOON) from None


def _refused(refusal: WeChatRefused) -> Problem:
    code = REFUSALS.get(refusal.code)
    if code is not None:
        return Problem(code, Retry_After=A_MINUTE) if code == "too_many_requests" else Problem(code)
    structlog.get_logger().error("login_refused", errcode=refusal.code)
    # Waiting mends a busy platform, not a wrong secret.
    if rule_for(refusal).reaction is Reaction.CONFIGURATION:
        return Problem("login_unavailable")
    return Problem("wechat_away", Retry_After=SOON)


@contextmanager
def _a_place_to_wait() -> Iterator[None]:
    if not _waiting.acquire(timeout=PATIENCE_S):
        raise Problem("wechat_away", Retry_After=SOON)
    try:
        yield
    finally:
        _waiting.release()


OPERATIONS = (
    Operation(
        "POST",
        "/login",
        log_in,
        "用 wx.login 的 code 登录",
        "登录",
        LoginAnswer,
        {"token": "q1w2e3r4t5y6u7i8o9p0-example", "expires_at": "2026-12-01T02:00:00Z"},
        body=LoginBody,
        body_example={"code": "0b1AbCdEfGh2IjKlMn3O"},
        problems=("code_invalid", "login_blocked", "wechat_away", "login_unavailable", "database_away"),
        limit=LOGIN,
    ),
    Operation("DELETE", "/login", log_out, "退出登录，这个 token 从此作废", "登录", logged_in=True),
    Operation(
        "GET",
        "/me",
        show_me,
        "我是谁：什么时候登录的，这里存了我的多少东西",
        "登录",
        MeAnswer,
        {
            "since": "2026-11-01T02:00:00Z",
            "logged_in_at": "2026-11-24T02:00:00Z",
            "expires_at": "2026-11-25T02:00:00Z",
            "holdings": {"messages": 0, "signups": 1, "cases": 0, "consents": 0, "logins": 1},
        },
        logged_in=True,
    ),
)

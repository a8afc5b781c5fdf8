"""GET and POST /wechat (回调), as bare WSGI: this door takes nearly all of the traffic, and a web framework's routing,
contexts and hooks cost more than a message itself (design 10). Everything else goes on to the application behind it."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache, partial
from typing import Any, cast
from urllib.parse import parse_qsl

import structlog

from bot.envelope import Envelope, Opened, body_cap
from bot.pipeline import Answer, NotStored, Outcome, Pipeline, Waiting
from bot.query import Query
from bot.refused import Refused
from core import metrics
from core.clock import Clock

PATH = "/wechat"
# WeChat itself gives up after 5 s; a thread must not wait longer for a body than anybody waits for its answer.
STALLED_S = 4.0
REASONS = {
    200: "200 OK",
    400: "400 Bad Request",
    403: "403 Forbidden",
    405: "405 Method Not Allowed",
    408: "408 Request Timeout",
    413: "413 Content Too Large",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}
# Short, and the same for every reason: what was wrong goes to the log, never to whoever knocked.
TEXTS = {403: "forbidden", 405: "method not allowed", 408: "too slow", 413: "too large"}
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
log = structlog.get_logger()


class Response:
    """What goes back: status, body, and headers besides the usual ones."""

    def __init__(self, body: bytes, status: int = 200, kind: str = "text/plain", **headers: str) -> None:
        self.body, self.status, self.kind = body, status, kind
        self.headers = [(name.replace("_", "-"), value) for name, value in headers.items()]

    def send(self, request_id: str, start_response: StartResponse) -> list[bytes]:
        """As WSGI wants it."""
        start_response(REASONS[self.status], self._head(request_id))
        return [self.body]

    def as_http(self, request_id: str, keeps_alive: bool) -> bytes:
        """As it goes over the wire."""
        date, connection = _date(int(time.time())), "keep-alive" if keeps_alive else "close"
        fields = [*self._head(request_id), ("Date", date), ("Connection", connection)]
        lines = "".join([f"{name}: {value}\r\n" for name, value in dict(fields).items()])
        return f"HTTP/1.1 {REASONS[self.status]}\r\n{lines}\r\n".encode("latin-1") + self.body

    def _head(self, request_id: str) -> list[tuple[str, str]]:
        return [
            ("Content-Type", f"{self.kind}; charset=utf-8"),
            ("Content-Length", str(len(self.body))),
            ("X-Request-Id", request_id),
            ("X-Content-Type-Options", "nosniff"),
            *self.headers,
        ]


@lru_cache(1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


class Webhook:
    """The door; with `explains` each answer says in a header why it reads so (only towards a simulator)."""

    def __init__(
        self, behind: Application, envelope: Envelope, pipeline: Pipeline, clock: Clock, explains: bool
    ) -> None:
        self._behind, self._envelope, self._pipeline = behind, envelope, pipeline
        self._clock, self._explains = clock, explains

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        if environ.get("PATH_INFO") != PATH:
            return self._behind(environ, start_response)
        request_id = secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request=request_id)
        try:
            return self._answer(environ, request_id).send(request_id, start_response)
        finally:
            structlog.contextvars.clear_contextvars()

    def begin(self, query: str, body: bytes, elsewhere: Executor, send: Callable[[Reply], None]) -> Waiting | None:
        """As a POST, without a thread that waits (bot/web_worker.py): `send` gets the response later."""
        request_id = secrets.token_hex(8)
        try:
            opened = self._envelope.open(_parsed(query), body, self._clock.now())
            done = partial(self._done, request_id, opened, send)
            return self._pipeline.begin(opened.message, elsewhere, done, request_id)
        except Exception as error:
            send(Reply(self, request_id, None, error))
            return None

    def _done(self, request_id: str, opened: Opened, send: Callable[[Reply], None], outcome: Outcome) -> None:
        send(Reply(self, request_id, opened, outcome))

    def response(self, opened: Opened | None, outcome: Outcome, request_id: str) -> Response:
        """What an outcome looks like from outside."""
        if opened is None or isinstance(outcome, Exception):
            return _failed(cast(Exception, outcome), request_id)
        body = self._envelope.seal(opened, outcome.reply, outcome.at)
        if self._explains:
            return Response(body, kind="text/xml", X_Zhengqing_Why=_why(outcome))
        return Response(body, kind="text/xml")

    def _answer(self, environ: Environ, request_id: str) -> Response:
        try:
            return self._by_method(environ, request_id)
        except Exception as error:
            return _failed(error, request_id)

    def _by_method(self, environ: Environ, request_id: str) -> Response:
        method = environ["REQUEST_METHOD"]
        if method == "POST":
            return self._receive(environ, request_id)
        if method in ("GET", "HEAD"):
            return _plain(200, self._envelope.verify_url(_query(environ)))
        return _plain(405, TEXTS[405], Allow="GET, POST")

    def _receive(self, environ: Environ, request_id: str) -> Response:
        query = _query(environ)
        opened = self._envelope.open(query, _body(environ, body_cap(query)), self._clock.now())
        return self.response(opened, self._pipeline.receive(opened.message), request_id)


@dataclass(frozen=True)
class Reply:
    """A response that is still to be rendered, on the thread that sends it."""

    door: Webhook
    request_id: str
    opened: Opened | None
    outcome: Outcome

    def as_http(self, keeps_alive: bool) -> tuple[bytes, bool]:
        """The bytes, and whether the connection stays open behind them."""
        try:
            response = self.door.response(self.opened, self.outcome, self.request_id)
        except Exception as error:
            response = _failed(error, self.request_id)
        keeps_alive = keeps_alive and response.status == 200
        return response.as_http(self.request_id, keeps_alive), keeps_alive


def _failed(error: Exception, request_id: str) -> Response:
    if isinstance(error, Refused):
        # One security event a refusal.
        log.warning("callback_refused", request=request_id, reason=error.reason, status=error.status)
        metrics.refused(error.reason)
        # What is left of a refused body is not waited for.
        return _plain(error.status, TEXTS.get(error.status, "bad request"), Connection="close")
    if isinstance(error, NotStored):
        # Not 200: WeChat must send it again, since nothing could keep it (R1).
        return _plain(503, "try again")
    log.error("request_failed", request=request_id, rule=PATH, exc_info=error)
    told = {"error": "Internal Server Error", "request_id": request_id}
    return Response(json.dumps(told).encode(), 500, "application/json")


def _query(environ: Environ) -> Query:
    return _parsed(environ.get("QUERY_STRING", ""))


def _parsed(query: str) -> Query:
    return Query.parse(parse_qsl(query, keep_blank_values=True, errors="replace"))


def _body(environ: Environ, cap: int) -> bytes:
    """At most the cap, whether or not the sender told a length; a sender that stalls is hung up on."""
    told = environ.get("CONTENT_LENGTH") or ""
    length = int(told) if told.isdecimal() and len(told) < 19 else None
    if length is not None and length > cap:
        raise Refused(413, "too_large")
    if length is None and not environ.get("wsgi.input_terminated"):
        return b""
    connection = environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(STALLED_S)
    try:
        body: bytes = environ["wsgi.input"].read(cap + 1 if length is None else length)
    except OSError:
        raise Refused(408, "stalled") from None
    except Exception:  # what the server raises for a broken chunk differs from release to release
        raise Refused(400, "bad_chunk") from None
    if len(body) > cap:
        raise Refused(413, "too_large")
    if length is not None and len(body) < length:
        raise Refused(408, "stalled")
    return body


def _plain(status: int, text: str, **headers: str) -> Response:
    return Response(text.encode(), status, **headers)


def _why(answer: Answer) -> str:
    return json.dumps(answer.why, ensure_ascii=True)

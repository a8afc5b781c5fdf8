"""GET and POST /wechat (回调), as bare WSGI: this door takes nearly all of the traffic, and a web framework's routing,
contexts and hooks cost more than a message itself (design 10). Everything else goes on to the application behind it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import structlog

from bot.envelope import Envelope, body_cap
from bot.pipeline import Answer, NotStored, Pipeline
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
        usual = [
            ("Content-Type", f"{self.kind}; charset=utf-8"),
            ("Content-Length", str(len(self.body))),
            ("X-Request-Id", request_id),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response(REASONS[self.status], usual + self.headers)
        return [self.body]


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

    def _answer(self, environ: Environ, request_id: str) -> Response:
        try:
            return self._by_method(environ)
        except Refused as refused:
            # One security event a refusal.
            log.warning("callback_refused", reason=refused.reason, status=refused.status)
            metrics.refused(refused.reason)
            # What is left of a refused body is not waited for.
            return _plain(refused.status, TEXTS.get(refused.status, "bad request"), Connection="close")
        except NotStored:
            # Not 200: WeChat must send it again, since nothing could keep it (R1).
            return _plain(503, "try again")
        except Exception:
            log.exception("request_failed", rule=PATH)
            told = {"error": "Internal Server Error", "request_id": request_id}
            return Response(json.dumps(told).encode(), 500, "application/json")

    def _by_method(self, environ: Environ) -> Response:
        method = environ["REQUEST_METHOD"]
        if method == "POST":
            return self._receive(environ)
        if method in ("GET", "HEAD"):
            return _plain(200, self._envelope.verify_url(_query(environ)))
        return _plain(405, TEXTS[405], Allow="GET, POST")

    def _receive(self, environ: Environ) -> Response:
        query = _query(environ)
        opened = self._envelope.open(query, _body(environ, body_cap(query)), self._clock.now())
        answer = self._pipeline.receive(opened.message)
        body = self._envelope.seal(opened, answer.reply, answer.at)
        if self._explains:
            return Response(body, kind="text/xml", X_Zhengqing_Why=_why(answer))
        return Response(body, kind="text/xml")


def _query(environ: Environ) -> Query:
    return Query.parse(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True, errors="replace"))


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

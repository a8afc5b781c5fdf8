"""GET and POST /wechat (回调): the only Flask in this door."""

from __future__ import annotations

import json
from typing import Any

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected

from bot.envelope import Envelope, body_cap
from bot.pipeline import Answer, NotStored, Pipeline
from bot.query import Query
from bot.refused import Refused
from core.clock import Clock

# WeChat itself gives up after 5 s; a thread must not wait longer for a body than anybody waits for its answer.
STALLED_S = 4.0
log = structlog.get_logger()


def blueprint(envelope: Envelope, pipeline: Pipeline, clock: Clock, explains: bool) -> Blueprint:
    """The callback; with `explains` each answer says in a header why it reads so (only towards a simulator)."""
    door = Blueprint("wechat", __name__)

    @door.get("/wechat")
    def verify() -> Response:
        return _plain(envelope.verify_url(_query()))

    @door.post("/wechat")
    def receive() -> Response:
        query = _query()
        opened = envelope.open(query, _body(body_cap(query)), clock.now())
        answer = pipeline.receive(opened.message)
        response = Response(envelope.seal(opened, answer.reply, answer.at), mimetype="text/xml")
        if explains:
            response.headers["X-Zhengqing-Why"] = _why(answer)
        return response

    @door.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        # One security event a refusal; the reason goes to the log, never to whoever knocked.
        log.warning("callback_refused", reason=refused.reason, status=refused.status)
        response = _plain(_REFUSALS.get(refused.status, "bad request"), refused.status)
        # What is left of a refused body is not waited for.
        response.headers["Connection"] = "close"
        return response

    @door.errorhandler(NotStored)
    def ask_again(_: NotStored) -> Response:
        # Not 200: WeChat must send it again, since nothing could keep it (R1).
        return _plain("try again", 503)

    return door


_REFUSALS = {403: "forbidden", 408: "too slow", 413: "too large"}


def _query() -> Query:
    return Query.parse(list(request.args.items(multi=True)))


def _body(cap: int) -> bytes:
    """At most the cap, whether or not the sender told a length; a sender that stalls is hung up on."""
    if (request.content_length or 0) > cap:
        raise Refused(413, "too_large")
    request.max_content_length = cap + 1
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(STALLED_S)
    try:
        body = request.stream.read(cap + 1)
    except ClientDisconnected:  # how werkzeug tells a time-out
        raise Refused(408, "stalled") from None
    if len(body) > cap:
        raise Refused(413, "too_large")
    return body


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status=status, mimetype="text/plain")


def _why(answer: Answer) -> str:
    why: dict[str, Any] = answer.why
    return json.dumps(why, ensure_ascii=True)

"""The platform port (api.weixin.qq.com): checks every call as WeChat does, then asks the table's function."""

from __future__ import annotations

import json
import re
import socket
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from simulator import api, pages, quotas, rights, tokens
from simulator.api.base import Api, App, Call, Raw
from simulator.api.basics import apps, remember_rid
from simulator.errors import ApiError
from simulator.ledger import body_facts

if TYPE_CHECKING:
    from simulator.world import World

JSON_TYPE = "application/json; encoding=utf-8"
NOT_FOUND = "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>"
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
BODY_CAP = 12 * 1024 * 1024
SHOWN_BYTES = 65536
_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")
_SECRET = re.compile(r'((?:app)?secret"?\s*[=:]\s*"?)[^"&,}\s]+', re.IGNORECASE)


def create(world: World) -> Flask:
    app = Flask("simulator.platform", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_CAP
    app.register_blueprint(pages.blueprint(world))

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def any_path(path: str) -> Response:
        return _received(world, f"/{path}")

    return app


def _received(world: World, path: str) -> Response:
    """Ledger, fault, answer, ledger."""
    raw = request.get_data(cache=True)
    facts = body_facts(raw) if not request.files else {"files": sorted(request.files)}
    query = _masked(request.query_string.decode("utf-8", "replace"))
    shown = {name: _masked(value) if isinstance(value, str) else value for name, value in facts.items()}
    number = world.ledger.append("api.received", method=request.method, path=path, query=query, **shown)
    response = _faulty_or_real(world, path, raw)
    body = response.get_data()
    told = body_facts(body) if len(body) < SHOWN_BYTES else {"bytes": len(body)}
    world.ledger.append("api.answered", to=number, path=path, status=response.status_code, **told)
    return response


def _faulty_or_real(world: World, path: str, raw: bytes) -> Response:
    fault = world.faults.strike(path)
    if fault is None:
        return _real(world, path, raw)
    if fault.kind in ("hang", "slow"):
        world.pause(fault.seconds)
    if fault.kind in ("refuse", "hang"):
        return _cut(Response(status=444))
    if fault.kind == "html_502":
        return Response(BAD_GATEWAY, 502, mimetype="text/html")
    if fault.kind == "errcode":
        return _failed(world, path, raw, ApiError(fault.errcode or -1))
    response = _real(world, path, raw)
    return _cut(response) if fault.kind == "cut_after_receive" else response


def _cut(response: Response) -> Response:
    """Hang up without an answer: what was going to be said stays in the ledger, the caller sees a closed connection."""
    with suppress(OSError):
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return response


def _real(world: World, path: str, raw: bytes) -> Response:
    row = api.BY_PATH.get(path)
    if row is None:
        return Response(NOT_FOUND, 404, mimetype="text/html")
    with world.lock:
        try:
            answer = row.function(_checked(world, row, raw))
        except ApiError as error:
            return _failed(world, path, raw, error)
    if isinstance(answer, Raw):
        return Response(answer.content, answer.status, content_type=answer.content_type)
    return _json(answer)


def _checked(world: World, row: Api, raw: bytes) -> Call:
    """The checks every call goes through, in order: token, method, right, escapes, quotas."""
    call = Call(world, row.path, request.args, raw, request.files, request.form, None, request.remote_addr or "")
    if row.needs_token:
        call = replace(call, app=_owner(call))
    if request.method != row.method:
        raise ApiError(43001 if row.method == "GET" else 43002)
    if call.app and not rights.has(world.state, call.app.is_mini, row.right):
        raise ApiError(48001)
    if row.raw_text and _ESCAPE.search(raw):
        raise ApiError(40033)
    _count(world, row, call.app.app_id if call.app else _claimed(call))
    return call


def _owner(call: Call) -> App:
    text = call.args.get("access_token", "")
    if text:
        app = apps(call).get(tokens.check(call.state.tokens, text, call.now))
        if app is None:
            raise ApiError(40001)  # of an app id that the settings had earlier
        return app
    # In a body it is never read.
    raise ApiError(47001 if "access_token" in call.form or b'"access_token"' in call.raw else 41001)


def _claimed(call: Call) -> str:
    """The app id that a call without token names, by which it is counted."""
    return str(call.args.get("appid") or (call.body.get("appid") if call.raw else "") or "")


def _count(world: World, row: Api, app_id: str) -> None:
    if row.minute:
        quotas.take_minute(world, f"{app_id}|{row.path}", row.minute)
    limit = quotas.daily_limit(world, row.path, row.daily)
    if limit is not None:
        quotas.take(world.state.counters, f"{app_id}|{row.path}", world.clock.day(), limit)


def _failed(world: World, path: str, raw: bytes, error: ApiError) -> Response:
    body = _masked(raw.decode("utf-8", "replace"))
    rid = remember_rid(world, path, body, error)
    return _json(error.answer(rid))


def _json(answer: dict[str, Any]) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False).encode(), content_type=JSON_TYPE)


def _masked(text: str) -> str:
    """The ledger keeps everything but the app secrets."""
    return _SECRET.sub(r"\1***", text)

"""The JSON API (小程序接口), mounted at /api/v1: every operation, one shape of errors, the description of it all."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as Reply

from mp_backend import errors, openapi
from mp_backend.backend import Backend
from mp_backend.operations import CONTENT, Operation, serve
from mp_backend.reading import JSON_TYPE

PREFIX = openapi.PREFIX


def blueprint(backend: Backend) -> Blueprint:
    """All operations."""
    door = Blueprint("api", __name__, url_prefix=PREFIX)
    for operation in openapi.OPERATIONS:
        rule = re.sub(r"{(\w+)}", r"<\1>", operation.path)
        door.add_url_rule(rule, operation.name, _view(operation, backend), methods=[operation.method])
    door.add_url_rule("/openapi.json", "describe", _describe)
    _answer_errors(door, backend)
    return door


def _view(operation: Operation, backend: Backend) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        return serve(operation, backend, request, path)

    return view


def _describe() -> Response:
    response = Response(openapi.as_text(), mimetype=JSON_TYPE, headers={"Cache-Control": CONTENT})
    response.add_etag()
    response.make_conditional(request)
    return response


def _answer_errors(door: Blueprint, backend: Backend) -> None:
    def answered(error: Exception) -> Response:
        return errors.answer(errors.from_exception(error), backend.resources)

    # An address or a method that does not exist reaches no blueprint: it is caught before Flask turns it into a page.
    @door.before_app_request
    def refuse_unknown() -> Response | None:
        failed = request.routing_exception
        is_ours = failed is not None and (request.path == PREFIX or request.path.startswith(f"{PREFIX}/"))
        return answered(failed) if failed is not None and is_ours else None

    @door.errorhandler(Exception)
    def fail(error: Exception) -> Any:
        return answered(error)

    @door.after_request
    def protect(response: Reply) -> Reply:
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

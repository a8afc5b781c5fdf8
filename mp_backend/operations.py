"""An operation of the API (接口): what it takes, what it gives, what can go wrong; served and documented from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request, Response
from pydantic import BaseModel

from core.mini_program import sessions
from mp_backend import reading
from mp_backend.backend import Backend, Call, LoggedIn
from mp_backend.errors import Problem
from mp_backend.limits import READING

NO_STORE = "no-store"
# Content changes with a release; five minutes spare a slow line and hide no correction for long.
CONTENT = "public, max-age=300"
# Seats change from one moment to the next: kept, but asked for again each time (ETag).
FRESH = "no-cache"
LONGEST_TOKEN = 200

# What any call may meet, whatever it asks for.
COMMON = ("bad_request", "not_acceptable", "internal_error")


@dataclass(frozen=True)
class Operation:
    """One method on one address; `view` gives an instance of `answer`, or None for 204."""

    method: str
    path: str
    view: Callable[[Call], BaseModel | None]
    summary: str
    tag: str
    answer: type[BaseModel] | None = None
    example: Mapping[str, Any] | None = None
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    body_example: Mapping[str, Any] | None = None
    path_examples: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    logged_in: bool = False
    # Help lines are never refused: whoever needs them needs them now.
    limit: int | None = READING
    cache: str = NO_STORE

    @property
    def name(self) -> str:
        """Its operationId."""
        return self.view.__name__

    @property
    def all_problems(self) -> tuple[str, ...]:
        """Every code this operation may answer with."""
        found = [*COMMON, *self.problems]
        found += ["invalid_input"] if self.query or self.body else []
        found += ["bad_json", "too_large", "wrong_content_type"] if self.body else []
        found += ["not_logged_in", "database_away"] if self.logged_in else []
        found += ["too_many_requests"] if self.limit else []
        return tuple(dict.fromkeys(found))


def serve(operation: Operation, backend: Backend, request: Request, path: dict[str, str]) -> Response:
    """Check, call, answer. Raises Problem and whatever the view raises."""
    if not reading.accepts_json(request):
        raise Problem("not_acceptable")
    if operation.limit:
        _count(operation.limit, backend, request)
    call = Call(
        backend,
        path,
        query=reading.query_of(request, operation.query) if operation.query else None,
        caller=_caller(backend, request) if operation.logged_in else None,
        body=reading.body_of(request, operation.body) if operation.body else None,
    )
    return _answered(operation, operation.view(call), request)


def _answered(operation: Operation, answer: BaseModel | None, request: Request) -> Response:
    if answer is None:
        return Response(status=204, headers={"Cache-Control": operation.cache})
    response = Response(answer.model_dump_json(), mimetype=reading.JSON_TYPE)
    response.headers["Cache-Control"] = operation.cache
    if operation.cache != NO_STORE:
        response.add_etag()
        response.make_conditional(request)
    return response


def _count(limit: int, backend: Backend, request: Request) -> None:
    wait = backend.limits.exceeded(limit, request.remote_addr or "")
    if wait:
        raise Problem("too_many_requests", Retry_After=str(wait))


def _caller(backend: Backend, request: Request) -> LoggedIn:
    token = bearer(request)
    now = backend.clock.now()
    with backend.database.reading() as session:
        found = sessions.find(session, token, now) if token else None
    if found is None:
        raise Problem("not_logged_in")
    login, contact = found
    if login.is_to_be_noted(now):
        with backend.database.transaction() as session:
            sessions.note(session, login.id, now)
    return LoggedIn(contact, login, token)


def bearer(request: Request) -> str:
    """The token of the Authorization header; "" when there is none, or one that was never ours."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and len(token) <= LONGEST_TOKEN else ""

"""Pages for what went wrong: what happened, what is safe, what to do. None of them needs the database."""

from __future__ import annotations

import structlog
from flask import Blueprint, abort, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from console import access
from console.house import House
from core import metrics
from core.staff.errors import EditConflict, StaffNotFound

Answer = tuple[str, int]
log = structlog.get_logger()


def add(door: Blueprint, house: House) -> None:
    @door.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> Answer:
        log.warning("console_csrf_refused", endpoint=request.endpoint)
        metrics.console_refused("csrf")
        return _page("stale_form"), 400

    @door.errorhandler(EditConflict)
    def conflict(error: EditConflict) -> Answer:
        return _page("conflict"), 409

    @door.errorhandler(403)
    def forbidden(error: HTTPException) -> Answer:
        return _page("forbidden"), 403

    @door.errorhandler(404)
    @door.errorhandler(StaffNotFound)
    def missing(error: Exception) -> Answer:
        return _page("missing"), 404

    @door.errorhandler(HTTPException)
    def odd(error: HTTPException) -> Answer:
        return _page("odd"), error.code or 400

    @door.errorhandler(OperationalError)
    @door.errorhandler(InterfaceError)
    @door.errorhandler(PoolTimeout)
    def away(error: Exception) -> Answer:
        log.error("console_without_database", error=type(error).__name__)
        return _page("away"), 503

    @door.errorhandler(Exception)
    def broken(error: Exception) -> Answer:
        log.exception("console_failed", endpoint=request.endpoint)
        return _page("broken"), 500


def add_nothing_there(door: Blueprint) -> None:
    @door.route("/<path:missing>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    @access.needs(access.OWN)
    @access.while_unsettled
    def nothing_there(missing: str) -> str:
        abort(404)


def _page(name: str) -> str:
    return render_template(f"console/errors/{name}.html", request_id=g.get("request_id", "-"))

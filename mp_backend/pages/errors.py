"""Pages for what went wrong: gone (404), database away (503); both say what one can do."""

from __future__ import annotations

import structlog
from flask import Blueprint, abort, render_template
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from core.events.errors import EventNotFound
from mp_backend.pages.house import House

Answer = tuple[str, int]


def add(door: Blueprint, house: House) -> None:
    @door.errorhandler(404)
    @door.errorhandler(EventNotFound)
    def gone(error: Exception) -> Answer:
        return render_template("pages/gone.html"), 404

    @door.errorhandler(405)
    def only_reading(error: HTTPException) -> Answer:
        return render_template("pages/gone.html"), 405

    @door.errorhandler(OperationalError)
    @door.errorhandler(InterfaceError)
    @door.errorhandler(PoolTimeout)
    def away(error: Exception) -> Answer:
        structlog.get_logger().error("page_without_database", error=type(error).__name__)
        return render_template("pages/away.html", hotlines=list(house.resources.hotlines)), 503

    @door.get("/<path:missing>")
    def nothing_there(missing: str) -> str:
        abort(404)

"""The composition root: the one file that sees every door."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from bot import health, webhook
from bot.parts import build
from core import config, logs
from core.config import Settings
from core.db import Database
from core.outbox.housekeeping import Housekeeping
from mp_backend import pages

MAX_BODY = 1024 * 1024


def create_app(settings: Settings | None = None, background: bool = True, **overrides: Any) -> Flask:
    """The web application; with `background` this process also drains the spool and keeps house (embedded)."""
    settings = settings or config.load()
    logs.configure(settings.log_level)
    parts = build(settings, **overrides)
    store = parts.store
    app = Flask("zhengqing", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions["parts"] = parts
    app.register_blueprint(webhook.blueprint(parts.envelope, parts.pipeline, store.clock, not settings.is_production))
    app.register_blueprint(health.blueprint(store.database, parts.spool))
    shown = pages.blueprint(parts.resources, _pages_database(settings), store.clock, settings)
    app.register_blueprint(shown, url_prefix="/pages")
    _name_requests(app)
    _hide_errors(app)
    if background:
        parts.drainer.start()
        Housekeeping(store.database, store.clock).start()
    return app


def _pages_database(settings: Settings) -> Database:
    # Connections of their own, and few: pages that wait for a hung database must leave threads for the callback (R22).
    return Database(settings.database_url, connections=4)


def _name_requests(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        structlog.contextvars.clear_contextvars()
        return response


def _hide_errors(app: Flask) -> None:
    """Whatever breaks: a short answer with the request id, never a trace."""

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> tuple[dict[str, Any], int]:
        return {"error": error.name, "request_id": g.get("request_id", "-")}, error.code or 500

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> tuple[dict[str, Any], int]:
        structlog.get_logger().exception("request_failed", path=request.path)
        return {"error": "Internal Server Error", "request_id": g.get("request_id", "-")}, 500

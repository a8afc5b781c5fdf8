"""The composition root: the one file that sees every door."""

from __future__ import annotations

import atexit
import secrets
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import console
from bot import health, metrics
from bot.engine import Engine
from bot.parts import Parts, build
from bot.webhook import Webhook
from console.house import Mind
from core import config, logs
from core.config import Settings
from core.db import Database
from core.wechat.client import connect
from handlers.explaining import Explainer
from mp_backend import api, pages
from mp_backend.backend import Backend
from mp_backend.limits import Limits
from mp_backend.public_database import PublicDatabase

MAX_BODY = 1024 * 1024


def create_app(settings: Settings | None = None, background: bool = True, **overrides: Any) -> Flask:
    """The web application; with `background` this process also drains the spool, and sends when there is no Redis."""
    settings = settings or config.load()
    logs.configure(settings.log_level)
    parts = build(settings, **overrides)
    store = parts.store
    app = Flask("zhengqing", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions["parts"] = parts
    app.register_blueprint(health.blueprint(store.database, parts.spool))
    app.register_blueprint(metrics.blueprint(settings, _scraped_database(settings), parts.spool, store.clock))
    shown_from = PublicDatabase(settings.database_url)
    shown = pages.blueprint(parts.resources, shown_from, store.clock, settings)
    app.register_blueprint(shown, url_prefix="/pages")
    staffed_from = _console_database(settings)
    mind = Mind(parts.resources.rules, Explainer(parts.resources, parts.registry).explain)
    door = console.blueprint(staffed_from, store.clock, settings, mind, parts.spool.is_empty)
    app.register_blueprint(door, url_prefix="/console")
    _name_requests(app)
    app.register_blueprint(api.blueprint(_api_backend(settings, parts, shown_from)))
    _hide_errors(app)
    _trust_proxies(app, settings.trusted_proxies)
    engine = app.extensions["engine"] = Engine(store, parts.resources)
    engine.listen(store.database, shown_from, staffed_from)
    _stand_in_front(app, parts, settings)
    if background:
        parts.drainer.start()
        atexit.register(engine.stop)
    if background and engine.is_embedded:
        engine.start()
    return app


def _stand_in_front(app: Flask, parts: Parts, settings: Settings) -> None:
    explains = not settings.is_production
    door = Webhook(app.wsgi_app, parts.envelope, parts.pipeline, parts.store.clock, explains)
    app.wsgi_app = door  # type: ignore[method-assign]
    app.extensions["webhook"] = door  # where bot/web_worker.py finds it


def _api_backend(settings: Settings, parts: Parts, database: Database) -> Backend:
    clock = parts.store.clock
    wechat = connect(settings, database, clock) if settings.mp_appid else None
    ask = wechat.code_to_session if wechat else None
    return Backend(parts.resources, database, clock, Limits(clock, settings.redis_url), ask)


def _console_database(settings: Settings) -> Database:
    # For the same reason: a counselor's screen that hangs takes no connection from a young person's message (R22).
    return Database(settings.database_url, connections=4)


def _scraped_database(settings: Settings) -> Database:
    # Whoever watches must not make it worse (R22).
    return Database(settings.database_url, connections=1)


def _trust_proxies(app: Flask, count: int) -> None:
    """Take the caller's address from as many proxies as the operator says are his own, and from nobody else."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


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
        # The rule and not the path: a path can be somebody's private link.
        structlog.get_logger().exception("request_failed", rule=str(request.url_rule))
        return {"error": "Internal Server Error", "request_id": g.get("request_id", "-")}, 500

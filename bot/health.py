"""/healthz (alive) and /readyz (ready): two questions with two answers (R21)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.limits import InTime, Unavailable
from bot.spool import Spool
from core.db import Database


def blueprint(database: Database, spool: Spool) -> Blueprint:
    """Both probes. Not ready means: degraded, yet answering; crisis replies still go out."""
    probes = Blueprint("health", __name__)
    in_time = InTime(1.5, threads=2)

    @probes.get("/healthz")
    def alive() -> dict[str, Any]:
        return {"alive": True}

    @probes.get("/readyz")
    def ready() -> tuple[dict[str, Any], int]:
        database_answers = _answers(database, in_time)
        state = {"database": database_answers, "spool_empty": spool.is_empty()}
        return {"ready": database_answers, **state}, 200 if database_answers else 503

    return probes


def _answers(database: Database, in_time: InTime) -> bool:
    def ask() -> bool:
        with database.engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1

    try:
        return bool(in_time.run(ask))
    except (SQLAlchemyError, Unavailable):
        return False

"""The staff console (工作台): a file per screen; every view says which permission it needs, or is closed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from console import access, account, csrf, errors, headers, interactions, login, overview, pages, people, wording
from console.house import House
from core.clock import Clock
from core.config import Settings
from core.db import Database

ROOMS = (login, account, overview, interactions, people)


def blueprint(
    database: Database, clock: Clock, settings: Settings, spool_is_empty: Callable[[], bool] = lambda: True
) -> Blueprint:
    """All screens, to be mounted at /console; `spool_is_empty` asks the other door whether messages wait there."""
    house = House(database, clock, settings, spool_is_empty)
    door = Blueprint("console", __name__, template_folder="templates", static_folder="static")
    for part in (headers, access, csrf, pages, wording, errors):
        part.add(door, house)
    for room in ROOMS:
        room.add(door)
    errors.add_nothing_there(door)
    return door

"""The staff console (工作台): a file per screen; every view says which permission it needs, or is closed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from console import (
    access,
    account,
    corrections,
    csrf,
    errors,
    explain,
    headers,
    interactions,
    login,
    overview,
    pages,
    people,
    unanswered,
    wording,
)
from console.house import House, Mind
from core.clock import Clock
from core.config import Settings
from core.db import Database

ROOMS = (login, account, overview, interactions, explain, unanswered, corrections, people)


def blueprint(
    database: Database, clock: Clock, settings: Settings, mind: Mind, spool_is_empty: Callable[[], bool] = lambda: True
) -> Blueprint:
    """All screens, to be mounted at /console.

    `mind` is lent by the other door, and `spool_is_empty` asks it whether messages wait there.
    """
    house = House(database, clock, settings, mind, spool_is_empty)
    door = Blueprint("console", __name__, template_folder="templates", static_folder="static")
    for part in (headers, access, csrf, pages, wording, errors):
        part.add(door, house)
    for room in ROOMS:
        room.add(door)
    errors.add_nothing_there(door)
    return door

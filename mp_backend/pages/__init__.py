"""Mobile pages (手机网页): columns, events, venues, help lines, what we hold; no JavaScript, one style sheet."""

from __future__ import annotations

from flask import Blueprint

from core.clock import Clock
from core.config import Settings
from core.db import Database
from core.resources import Resources
from mp_backend.pages import columns, errors, events, filters, headers, helplines, privacy, shell, venues
from mp_backend.pages.house import House


def blueprint(resources: Resources, database: Database, clock: Clock, settings: Settings) -> Blueprint:
    """All pages, to be mounted at /pages."""
    house = House(resources, database, clock)
    door = Blueprint("pages", __name__, template_folder="templates", static_folder="static")
    for room in (shell, filters, columns, events, venues, helplines, privacy):
        room.add(door, house)
    headers.add(door, settings.is_production)
    errors.add(door, house)
    return door

"""What every screen is given: database, time, settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from core.clock import Clock
from core.config import Settings
from core.db import Database

NAME = "console"


@dataclass(frozen=True)
class House:
    """One per application."""

    database: Database
    clock: Clock
    settings: Settings
    spool_is_empty: Callable[[], bool]

    @property
    def is_secure(self) -> bool:
        """Whether cookies may travel over https alone; only a demo on this machine may do without."""
        return self.settings.is_production or self.settings.public_url.startswith("https://")


def house() -> House:
    """Of the application that answers this request."""
    return current_app.extensions[NAME]

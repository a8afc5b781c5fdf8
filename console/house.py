"""What every screen is given: database, time, settings, and what the bot would answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import current_app

from content.rules import Rules
from core.clock import Clock
from core.config import Settings
from core.db import Database
from core.events.models import Event
from core.understanding.explanation import Explanation, Said

NAME = "console"


class Explain(Protocol):
    """Says why a message would be answered so; sends and stores nothing. The other door lends it to us."""

    def __call__(
        self, text: str, earlier: Sequence[Said], now: datetime, events: Sequence[Event] = ()
    ) -> Explanation: ...


@dataclass(frozen=True)
class Mind:
    """What the bot goes by: its keyword rules, and a way to ask it what it would answer."""

    rules: Rules
    explain: Explain


@dataclass(frozen=True)
class House:
    """One per application."""

    database: Database
    clock: Clock
    settings: Settings
    mind: Mind
    spool_is_empty: Callable[[], bool]

    @property
    def is_secure(self) -> bool:
        """Whether cookies may travel over https alone; only a demo on this machine may do without."""
        return self.settings.is_production or self.settings.public_url.startswith("https://")


def house() -> House:
    """Of the application that answers this request."""
    return current_app.extensions[NAME]

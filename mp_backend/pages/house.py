"""What every page is given: words, database, time."""

from __future__ import annotations

from dataclasses import dataclass

from core.clock import Clock
from core.db import Database
from core.resources import Resources


@dataclass(frozen=True)
class House:
    resources: Resources
    database: Database
    clock: Clock

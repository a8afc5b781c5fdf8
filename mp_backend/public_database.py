"""The database as pages and API see it: few connections, and no queue before one that is away (R22).

A thread that waits for a database that hangs is a thread that the callback, and so a cry for help, does not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from core.breaker import Breaker
from core.db import Database

AWAY = (OperationalError, InterfaceError, PoolTimeout)
CONNECTIONS = 4


class PublicDatabase(Database):
    """Raises PoolTimeout at once while the database is known to be away; one caller at a time tries again."""

    def __init__(self, url: str) -> None:
        super().__init__(url, CONNECTIONS)
        self._breaker = Breaker()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """As Database does it."""
        with self._unless_away(), super().transaction() as session:
            yield session

    @contextmanager
    def reading(self, patient: bool = False) -> Iterator[Session]:
        """As Database does it."""
        with self._unless_away(), super().reading(patient) as session:
            yield session

    @contextmanager
    def _unless_away(self) -> Iterator[None]:
        # A file is never away: SQLite that is locked for a moment must not shut the pages.
        if self.is_sqlite:
            yield
            return
        if not self._breaker.admits():
            raise PoolTimeout("the database failed a moment ago")
        try:
            yield
        except AWAY:
            self._breaker.report(False)
            raise
        except BaseException:
            self._breaker.report(True)
            raise
        self._breaker.report(True)

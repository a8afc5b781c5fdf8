"""Nudges (催办): after the commit, tell the workers which deliveries are new. A lost one costs seconds, no more."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from core.db import Database

log = structlog.get_logger()
_OWED = "deliveries_owed"
# More than this waits only while Redis hangs; the sweep finds the rest.
MOST_WAITING = 1000


def remember(session: Session, delivery_id: UUID) -> None:
    """This one is new; to be told once the transaction is committed."""
    session.info.setdefault(_OWED, []).append(delivery_id)


class Nudger:
    """Passes the ids on from a thread of its own: a request waits neither for Redis nor for its time-out (R20, R22)."""

    def __init__(self, tell: Callable[[UUID], None]) -> None:
        self._tell = tell
        self._waiting: queue.Queue[UUID | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.lost = 0

    def listen(self, database: Database) -> None:
        """Nudge for everything that this database's transactions owe from now on."""
        database.after_commit(self._committed)

    def stop(self) -> None:
        """Pass on what waits, and end."""
        with self._lock:
            if self._thread is not None:
                self._waiting.put(None)
                self._thread.join(5)
                self._thread = None

    def _committed(self, session: Session) -> None:
        for delivery_id in session.info.pop(_OWED, ()):
            self._put(delivery_id)

    def _put(self, delivery_id: UUID) -> None:
        self._start_once()
        try:
            self._waiting.put_nowait(delivery_id)
        except queue.Full:
            self.lost += 1

    def _start_once(self) -> None:
        # Not before the first nudge: a thread that was started before gunicorn forked would be missing in the child.
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="nudges", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while (delivery_id := self._waiting.get()) is not None:
            try:
                self._tell(delivery_id)
            except Exception as error:
                # Whatever the broker raises: the delivery is in the database, and the sweep finds it there.
                self.lost += 1
                log.warning("nudge_lost", error=type(error).__name__, lost=self.lost)

"""Run the sweeps at their pace (定时), each in a thread of its own, until told to stop.

The waits are counted by a clock that cannot be set: a machine whose time jumps back an hour goes on sweeping (R23).
What is due is decided by the rows alone.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from core.clock import Clock
from core.db import Database
from core.outbox import sweeps
from core.outbox.sweeps import Sweep

log = structlog.get_logger()
# After a round that found work there may be more; but never a loop without a breath.
BREATH_S = 0.2


class Schedule:
    """The sweeps of one process."""

    def __init__(self, database: Database, clock: Clock, due: Sequence[Sweep]) -> None:
        self._database, self._clock, self._sweeps = database, clock, due
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin; each sweep starts with a round at once."""
        self._threads = [
            threading.Thread(target=self._run, args=(sweep,), name=f"sweep-{sweep.name}", daemon=True)
            for sweep in self._sweeps
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after what is at hand."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def once(self) -> dict[str, int | None]:
        """One round of each; what each did, None where it failed."""
        return {sweep.name: self._round(sweep) for sweep in self._sweeps}

    def _run(self, sweep: Sweep) -> None:
        while not self._stop.is_set():
            done = self._round(sweep)
            self._stop.wait(BREATH_S if done else sweep.every_s)

    def _round(self, sweep: Sweep) -> int | None:
        """One round and its heartbeat; whatever goes wrong is left for the next one."""
        started_at = self._clock.now()
        try:
            done = sweep.run(self._stop.is_set)
            with self._database.transaction() as session:
                sweeps.record(session, sweep.name, started_at, self._clock.now(), done)
        except SQLAlchemyError as error:
            log.error("sweep_failed", sweep=sweep.name, error=type(error).__name__)
            return None
        except Exception:
            log.exception("sweep_failed", sweep=sweep.name)
            return None
        if done:
            log.info("sweep", sweep=sweep.name, done=done)
        return done

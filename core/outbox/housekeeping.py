"""Small recurring work that needs no nudge (定时整理): end what is overdue, drop what has expired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.clock import Clock
from core.contacts import conversations
from core.db import Database
from core.outbox import deliveries
from core.privacy import erasure

log = structlog.get_logger()
EVERY_S = 60


class Housekeeping:
    """Runs every minute; two at once do no harm, since each statement takes only what is still due."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._scheduler = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """Keep house in a thread of this process."""
        self._scheduler.add_job(self.once, "interval", seconds=EVERY_S, max_instances=1, coalesce=True)
        self._scheduler.start()

    def once(self) -> dict[str, int]:
        """One round; gives what was done. A database that is away is left for the next round."""
        now = self._clock.now()
        try:
            with self._database.reading() as session:
                departed, unfinished = erasure.departed(session, now), erasure.unfinished(session)
            done = self._sweep(now)
            done["departed_erased"] = sum(self._one(erasure.erase_departed, contact, now) for contact in departed)
            done["held_erased"] = sum(self._one(erasure.finish, each, now) for each in unfinished)
        except SQLAlchemyError as error:
            log.error("housekeeping_failed", error=type(error).__name__)
            return {}
        if any(done.values()):
            log.info("housekeeping", **done)
        return done

    def _sweep(self, now: datetime) -> dict[str, int]:
        with self._database.transaction() as session:
            return {
                "dialogues_dropped": conversations.drop_expired(session, now),
                "deliveries_expired": deliveries.expire_overdue(session, now),
            }

    def _one(self, work: Callable[[Session, UUID, datetime], bool], which: UUID, now: datetime) -> bool:
        # One person, one short transaction: nobody who writes to us meanwhile has to wait for a long round.
        with self._database.transaction() as session:
            return work(session, which, now)

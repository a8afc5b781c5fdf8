"""Small recurring work that needs no nudge (定时整理): end what is overdue, drop what has expired."""

from __future__ import annotations

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

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
            with self._database.transaction() as session:
                done = {
                    "dialogues_dropped": conversations.drop_expired(session, now),
                    "deliveries_expired": deliveries.expire_overdue(session, now),
                    "departed_erased": erasure.erase_departed(session, now),
                    "held_erased": erasure.finish_held(session, now),
                }
        except SQLAlchemyError as error:
            log.error("housekeeping_failed", error=type(error).__name__)
            return {}
        if any(done.values()):
            log.info("housekeeping", **done)
        return done

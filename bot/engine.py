"""What works outside the request (发送引擎): nudges, senders and sweeps put together, for web, worker and clock alike.

Without REDIS_URL the web process does all of it in threads. With it the web only nudges: `worker` sends what it is
nudged to and sweeps for the rest, `clock` runs every sweep (docs/decisions/006-outbox.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.store import Store
from core.db import Database
from core.outbox import sweeps
from core.outbox.broker import Nudges
from core.outbox.letters import Desk
from core.outbox.nudges import Nudger
from core.outbox.schedule import Schedule
from core.outbox.sending import Sender
from core.outbox.sweeps import Sweep
from core.resources import Resources
from core.staff import staff
from core.wechat.client import connect

# Its own connections, so that neither a slow WeChat nor a long sweep takes those of the callback (R22).
CONNECTIONS = 8


class Engine:
    """One process's part in the work; nothing is started, and nothing connected, before it is told to."""

    def __init__(self, store: Store, resources: Resources) -> None:
        settings = store.settings
        self.database = Database(settings.database_url, CONNECTIONS)
        self._wechat = connect(settings, self.database, store.clock)
        desk = Desk(
            say=resources.say,
            reachable=staff.reachable_for_alerts,
            alert_template=settings.wechat_alert_template,
            alert_fields=settings.alert_fields,
            alert_url=f"{settings.public_url}/console/",
        )
        self.sender = Sender(self.database, store.clock, self._wechat, desk)
        self._nudges = Nudges(settings.redis_url, self.sender.deliver)
        self._nudger = Nudger(self._nudges.tell)
        self._sweeps = sweeps.all_of(self.database, store.clock, self.sender)
        self._schedule = Schedule(self.database, store.clock, self._sweeps)
        self._store = store

    @property
    def is_embedded(self) -> bool:
        """Whether there is no Redis, so that each process does its own sending."""
        return not self._store.settings.redis_url

    @property
    def nudges_lost(self) -> int:
        """How many nudges Redis did not take; their deliveries wait for the sweep."""
        return self._nudger.lost

    def listen(self, *databases: Database) -> None:
        """Nudge for what the transactions of these owe."""
        for database in databases:
            self._nudger.listen(database)

    def start(self, only: Sequence[str] = ()) -> None:
        """Work on nudges and run the sweeps; `only` these of them."""
        if only:
            chosen = [sweep for sweep in self._sweeps if sweep.name in only]
            self._schedule = Schedule(self.database, self._store.clock, chosen)
        self._nudges.start()
        self._schedule.start()

    def sweep(self) -> None:
        """Run the sweeps alone."""
        self._schedule.start()

    def once(self, only: Sequence[str] = ()) -> dict[str, int | None]:
        """One round of the sweeps, for cron and for tests."""
        chosen: list[Sweep] = [sweep for sweep in self._sweeps if not only or sweep.name in only]
        return Schedule(self.database, self._store.clock, chosen).once()

    def deliver(self, delivery_id: UUID) -> bool:
        """Send this one now, if it is due and free."""
        return self.sender.deliver(delivery_id)

    def stop(self) -> None:
        """Finish what is at hand, pass on what is to be nudged, and end."""
        self._nudger.stop()
        self._schedule.stop()
        self._nudges.stop()
        self._wechat.close()
        self.database.close()

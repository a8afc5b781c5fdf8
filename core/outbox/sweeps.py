"""Recurring work (定时任务) that needs no nudge: each sweep takes only rows that are due, so many may run at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.contacts import conversations
from core.corrections import corrections
from core.db import Database, upsert
from core.ids import new_id
from core.mini_program import sessions
from core.outbox import deliveries
from core.outbox.models import SweepRun
from core.outbox.sending import Sender
from core.privacy import erasure

# A round of sending ends after so many, so that its heartbeat shows it alive; the next one follows at once.
A_ROUND = 50
# Seconds between two rounds of each; who judges a heartbeat goes by it.
PACES = {"deliveries": 5, "overdue": 60, "dialogues": 60, "erasures": 60, "logins": 3600, "corrections": 3600}


@dataclass(frozen=True)
class Sweep:
    """One kind of recurring work: what `run` did is a count; `stopped` asks it to end early."""

    name: str
    every_s: float
    run: Callable[[Callable[[], bool]], int]


def all_of(database: Database, clock: Clock, sender: Sender) -> tuple[Sweep, ...]:
    """Every sweep there is; a clock runs all of them."""
    house = _House(database, clock)
    work: dict[str, Callable[[Callable[[], bool]], int]] = {
        "deliveries": lambda stopped: sender.send_due(stopped, A_ROUND),
        "overdue": lambda _: house.each(deliveries.expire_overdue),
        "dialogues": lambda _: house.each(conversations.drop_expired),
        "erasures": house.erase,
        "logins": lambda _: house.each(sessions.drop_expired),
        "corrections": lambda _: house.each(corrections.drop_expired),
    }
    return tuple(Sweep(name, PACES[name], run) for name, run in work.items())


def record(session: Session, name: str, started_at: datetime, finished_at: datetime, done: int) -> None:
    """Leave the heartbeat of a whole round."""
    values = {"name": name, "started_at": started_at, "finished_at": finished_at, "done": done}
    session.execute(upsert(session.get_bind().dialect, SweepRun, "name").values(id=new_id(), **values))


def heartbeats(session: Session) -> dict[str, datetime]:
    """When each sweep last finished a round; one that never did is missing."""
    return {row.name: row.finished_at for row in session.scalars(select(SweepRun))}


@dataclass(frozen=True)
class _House:
    """The sweeps that are a statement or a few."""

    database: Database
    clock: Clock

    def each(self, work: Callable[[Session, datetime], int]) -> int:
        with self.database.transaction() as session:
            return work(session, self.clock.now())

    def erase(self, stopped: Callable[[], bool]) -> int:
        """Erase who left long ago, and finish erasures that waited for a case to be closed."""
        now = self.clock.now()
        with self.database.reading() as session:
            departed, unfinished = erasure.departed(session, now), erasure.unfinished(session)
        done = self._one_by_one(erasure.erase_departed, departed, stopped)
        return done + self._one_by_one(erasure.finish, unfinished, stopped)

    def _one_by_one(
        self, work: Callable[[Session, UUID, datetime], bool], which: list[UUID], stopped: Callable[[], bool]
    ) -> int:
        # One person, one short transaction: nobody who writes to us meanwhile has to wait for a long round.
        done = 0
        for each in which:
            if stopped():
                break
            with self.database.transaction() as session:
                done += work(session, each, self.clock.now())
        return done

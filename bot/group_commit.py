"""Group commit (合并提交): messages that wait at the same moment share one transaction and one commit (design 10).

Only for messages that write nothing but themselves and their dialogue, which is most of them. Whatever is out of the
ordinary, a risk, a stranger, a handler that writes, a repeat, any error, is left to the pipeline's transaction for one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import exchange
from bot.exchange import Answer, Arrival
from core.clock import Clock
from core.contacts import contacts, conversations, presence
from core.contacts.conversations import Dialogue
from core.contacts.followers import Follower, Remembered
from core.contacts.models import Contact
from core.db import Database
from core.interactions import interactions
from core.messages import Message, PrivacyChange, Subscribe, Unsubscribe
from core.resources import Resources
from handlers import routing
from handlers.context import Context
from handlers.registry import Registry

log = structlog.get_logger()
MOST = 64  # in one transaction
# These change who the person is to us.
TURNING_POINTS = (Subscribe, Unsubscribe, PrivacyChange)


class Seat:
    """A message's place in the queue. Whoever sent it waits here, or leaves word what to do with the outcome."""

    def __init__(self, arrival: Arrival, then: Callable[[Answer | None], None] | None = None) -> None:
        self.arrival = arrival
        self.answer: Answer | None = None
        self.is_given_up = False
        self._then = then
        self._unclaimed = threading.Lock()
        self._done = threading.Lock()
        self._done.acquire()

    @property
    def is_over(self) -> bool:
        """Whether the outcome is known, or nobody wants to know it any more."""
        return self._unclaimed.locked()

    def settle(self, answer: Answer | None) -> None:
        """Stored and answered; or None: to be done in a transaction of its own."""
        self.answer = answer
        self._done.release()
        if self._unclaimed.acquire(blocking=False) and self._then is not None:
            self._then(answer)

    def result(self, timeout: float | None = None, /) -> Answer | None:
        """The answer. Raises TimeoutError."""
        if not self._done.acquire(timeout=-1 if timeout is None else max(0.0, timeout)):
            raise TimeoutError
        return self.answer

    def cancel(self) -> bool:
        """Whoever sent it is to be answered otherwise; False when it was settled this moment."""
        self.is_given_up = self._unclaimed.acquire(blocking=False)
        return self.is_given_up


class Repeated(Exception):
    """One of the messages was claimed before; none of them may be committed together."""


class GroupCommit:
    """Takes what waits, answers it in order, commits once."""

    def __init__(self, database: Database, clock: Clock, registry: Registry, resources: Resources) -> None:
        self._database, self._clock = database, clock
        self._registry, self._resources = registry, resources
        self._waiting: list[Seat] = []
        self._is_working = False
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="group-commit")

    @staticmethod
    def suits(arrival: Arrival) -> bool:
        """Whether it may turn out to write nothing but itself."""
        body = arrival.message.body
        return arrival.judgement.risk == "none" and bool(arrival.person) and not isinstance(body, TURNING_POINTS)

    def submit(self, arrival: Arrival, then: Callable[[Answer | None], None] | None = None) -> Seat:
        """Queue it; `then` is called with the outcome, on the thread that commits, and must be quick."""
        seat = Seat(arrival, then)
        with self._lock:
            self._waiting.append(seat)
            is_first, self._is_working = not self._is_working, True
        if is_first:
            self._pool.submit(self._work)
        return seat

    def _work(self) -> None:
        while True:
            with self._lock:
                seats, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                self._is_working = bool(seats)
            if not seats:
                return
            answers: dict[Seat, Answer] = {}
            try:
                answers = self._answer(seats)
            except Repeated:
                pass
            except Exception as error:
                with suppress(Exception):
                    log.warning("group_commit_failed", error=type(error).__name__, messages=len(seats))
            for seat in seats:
                # Whatever breaks where the answer goes, a log that cannot be written too: the others are waiting.
                with suppress(Exception):
                    seat.settle(answers.get(seat))

    def _answer(self, seats: Sequence[Seat]) -> dict[Seat, Answer]:
        """Everybody who could be answered, after the commit."""
        with self._database.together() as session:
            round_ = _Round(session, self._registry, self._resources, self._clock.now())
            answers = round_.hear(seats)
            round_.write()
        return answers


class _Round:
    """One transaction of several messages."""

    def __init__(self, session: Session, registry: Registry, resources: Resources, now: datetime) -> None:
        self._session, self._registry, self._resources, self._now = session, registry, resources, now
        self._rows: list[dict[str, Any]] = []
        self._dialogues: list[Dialogue] = []
        self._seen: list[UUID] = []

    def hear(self, seats: Sequence[Seat]) -> dict[Seat, Answer]:
        """Route and answer each; nothing is written yet."""
        # A person's second message waits for the first.
        first = {seat.arrival.person: seat for seat in reversed(seats) if not seat.is_given_up}
        known = contacts.lock_known(self._session, first)
        known |= self._meet_strangers({who: seat for who, seat in first.items() if who not in known})
        talking = [
            contact.id for contact, _ in known.values() if presence.was_here(contact, interactions.TOGETHER, self._now)
        ]
        earlier = interactions.recent_texts_of(self._session, talking, self._now) if talking else {}
        answers = {}
        for person, (contact, conversation) in known.items():
            arrival = self._in_context(first[person].arrival, earlier.get(contact.id, ()))
            if arrival.judgement.risk != "none" or not presence.is_settled(contact, arrival.message):
                continue
            answer = self._try(arrival, contact, conversation)
            if answer is not None:
                answers[first[person]] = answer
        return answers

    def _meet_strangers(self, seats: dict[str, Seat]) -> dict[str, tuple[Follower, Remembered | None]]:
        if not seats:
            return {}
        followers = {who: isinstance(seat.arrival.message.body, Message) for who, seat in seats.items()}
        contacts.introduce(self._session, followers, self._now)
        return contacts.lock_known(self._session, seats)

    def write(self) -> None:
        """Store what was heard and answered. Raises Repeated."""
        if not self._rows:
            return
        if not interactions.store(self._session, self._rows):
            raise Repeated
        conversations.save(self._session, self._dialogues)
        presence.saw(self._session, self._seen, self._now)

    def _in_context(self, arrival: Arrival, earlier: tuple[str, ...]) -> Arrival:
        if not arrival.message.text or not earlier:
            return arrival
        return replace(arrival, judgement=self._resources.understanding.judge(arrival.message.text, earlier))

    def _try(self, arrival: Arrival, contact: Follower, conversation: Remembered | None) -> Answer | None:
        """The answer, None when the handler needs a transaction of its own, or breaks: the pipeline knows how."""
        try:
            return self._exchange(arrival, contact, conversation)
        except SQLAlchemyError:
            raise
        except Exception:
            self._session.expunge_all()
            return None

    def _exchange(self, arrival: Arrival, contact: Follower, conversation: Remembered | None) -> Answer | None:
        message, now = arrival.message, arrival.received_at
        row = interactions.fresh(message, now)
        dialogue = Dialogue(contact.id, conversation, now)
        ctx = Context(
            self._session, cast(Contact, contact), dialogue, arrival.judgement, self._resources, now, row["id"]
        )
        decision, reply = routing.answer(self._registry, message, ctx)
        self._session.flush()  # raises Writes when the handler left something to be written
        at = int(self._now.timestamp())
        columns = exchange.answered(arrival, reply, decision.name, decision.reasons, at)
        interactions.seal(row, "reply", columns.pop("reply"))
        interactions.seal(row, "text", message.text or None)
        interactions.seal(row, "raw", message.raw or None)
        self._rows.append(row | columns | {"contact_id": contact.id})
        self._dialogues.append(dialogue)
        if presence.is_stale(contact, self._now):
            self._seen.append(contact.id)
        return Answer(reply, at, exchange.why(row["id"], columns))

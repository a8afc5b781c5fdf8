"""The life of one message (design 3): judge, claim, route, handle, commit, answer; and what happens when that fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from bot import exchange
from bot.exchange import Answer, Arrival
from bot.group_commit import GroupCommit, Seat
from bot.limits import InTime, Unavailable
from bot.spool import Record, Spool
from content.lexicon import GRAVE
from core import metrics
from core.clock import Clock
from core.contacts import contacts, conversations, presence
from core.contacts.conversations import Dialogue
from core.contacts.models import Contact
from core.db import Database
from core.errors import DomainError
from core.interactions import interactions
from core.interactions.models import Interaction
from core.interactions.replies import unpack
from core.messages import Click, InboundMessage, Message, NoReply, Reply, Scan, Subscribe
from core.outbox import deliveries
from core.outbox.models import UNHANDLED_CRISIS
from core.privacy import erasure
from core.resources import Resources
from handlers import crisis, routing
from handlers.context import Context
from handlers.registry import Registry

log = structlog.get_logger()
# Whoever did this looks at the screen and waits for an answer.
AWAITED = (Message, Click, Scan, Subscribe)
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)


class NotStored(Exception):
    """Neither database nor spool could keep the message, so WeChat must not hear 200 (R1)."""


Outcome = Answer | Exception


@dataclass(frozen=True)
class Waiting:
    """An answer that is on its way; whoever waits for it looks at the time (perf_counter) now and then."""

    seat: Seat
    until: float
    give_up: Callable[[], object]

    def is_over(self, now: float) -> bool:
        """Whether nothing is left to wait for; past its time, the message is answered without the database."""
        if not self.seat.is_over and now >= self.until and self.seat.cancel():
            self.give_up()
        return self.seat.is_over


class Pipeline:
    """From an inbound message to its answer, exactly once."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        registry: Registry,
        resources: Resources,
        spool: Spool,
        deadline_s: float,
    ) -> None:
        self._database, self._clock, self._registry = database, clock, registry
        self._resources, self._spool = resources, spool
        self._in_time = InTime(deadline_s, told=metrics.breaker)
        self._together = GroupCommit(database, clock, registry, resources)

    def receive(self, message: InboundMessage) -> Answer:
        """Answer one push. Raises NotStored when it could be kept nowhere and holds no crisis."""
        request = structlog.contextvars.get_contextvars().get("request", "")
        arrival = self._arrive(message, self._clock.now(), request)
        return self._finish(arrival, partial(self._answer_in_time, arrival, self._together.suits(arrival)))

    def begin(
        self, message: InboundMessage, elsewhere: Executor, done: Callable[[Outcome], None], request: str
    ) -> Waiting | None:
        """As `receive`, without a thread that waits: `done` gets the answer, or the error, later and on another thread.

        What is out of the ordinary goes on `elsewhere`. For the rest gives what waits; the caller looks at its time.
        """
        arrival = self._arrive(message, self._clock.now(), request)
        alone = partial(self._report, arrival, partial(self._answer_in_time, arrival, False), done)
        if self._in_time.breaker.is_open or not self._together.suits(arrival):
            elsewhere.submit(alone)
            return None

        def settled(answer: Answer | None) -> None:
            if answer is None:
                elsewhere.submit(alone)
            else:
                self._report(arrival, lambda: answer, done)

        too_late = partial(self._report, arrival, partial(self._too_late, arrival), done)
        seat = self._together.submit(arrival, settled)
        return Waiting(seat, arrival.started + self._in_time.deadline_s, partial(elsewhere.submit, too_late))

    def _report(self, arrival: Arrival, work: Callable[[], Answer], done: Callable[[Outcome], None]) -> None:
        structlog.contextvars.bind_contextvars(request=arrival.request)
        try:
            done(self._finish(arrival, work))
        except Exception as error:
            done(error)
        finally:
            structlog.contextvars.clear_contextvars()

    def _finish(self, arrival: Arrival, work: Callable[[], Answer]) -> Answer:
        try:
            answer = work()
        except Exception as error:  # the one catch-all: whatever broke, nobody is left without an answer
            kind, risk = arrival.message.kind, arrival.judgement.risk
            log.error("exchange_failed", error=type(error).__name__, kind=kind, risk=risk)
            answer = self._answer_without_database(arrival)
        return self._told(arrival, answer)

    def _told(self, arrival: Arrival, answer: Answer) -> Answer:
        log.info("answered", request=arrival.request, **_facts(arrival, answer))
        _count(arrival, answer)
        return answer

    def _too_late(self, arrival: Arrival) -> Answer:
        self._in_time.breaker.report(False)
        raise Unavailable("no answer from the database in time")

    def _answer_in_time(self, arrival: Arrival, may_share: bool) -> Answer:
        if may_share:
            shared = self._in_time.wait(self._together.submit(arrival), arrival.started)
            if shared is not None:
                return shared
        alone: Answer = self._in_time.run(partial(self._exchange, arrival), arrival.started)
        return alone

    def replay(self, record: Record, message: InboundMessage) -> None:
        """Process a message that waited in the spool; what is owed for it leaves later. Raises Unavailable."""
        arrival = replace(self._arrive(message, record.received_at), spooled=True)
        self._exchange(arrival)
        metrics.drained()
        # The database is back: whoever writes now need not wait for the breaker's next try.
        self._in_time.breaker.report(True)

    def _arrive(self, message: InboundMessage, received_at: datetime, request: str = "") -> Arrival:
        # Before any I/O: from here on a crisis reply exists, whatever fails (R4).
        started = time.perf_counter()
        judgement = self._resources.understanding.judge(message.text)
        return Arrival(message, judgement, received_at, started, request=request)

    def _exchange(self, arrival: Arrival) -> Answer:
        try:
            return self._in_transaction(arrival, self._claim_and_answer)
        except Unavailable:
            raise  # no fault of the handler: the message waits in the spool and is handled then
        except DomainError as refusal:
            return self._in_transaction(arrival, partial(self._record_refusal, refusal=refusal))
        except Exception as error:
            log.exception("handler_failed", kind=arrival.message.kind)
            return self._in_transaction(arrival, partial(self._record_failure, error=error))

    def _in_transaction(self, arrival: Arrival, work: Callable[[Session, Arrival], Answer]) -> Answer:
        try:
            try:
                return self._once(arrival, work)
            except OperationalError as error:
                if not error.connection_invalidated:
                    raise
                # A pooled connection had died with the server before last; the dedupe key makes trying again harmless.
                return self._once(arrival, work)
        except DATABASE_AWAY as error:
            raise Unavailable(type(error).__name__) from error

    def _once(self, arrival: Arrival, work: Callable[[Session, Arrival], Answer]) -> Answer:
        with self._database.transaction() as session:
            return work(session, arrival)

    # --- inside the transaction -------------------------------------------------------------------------------------

    def _claim_and_answer(self, session: Session, arrival: Arrival) -> Answer:
        locked = self._hold(session, arrival)
        interaction = interactions.claim(session, arrival.message, arrival.received_at)
        if interaction is None:
            return self._repeat(session, arrival)
        if not arrival.person:
            interaction.raw = arrival.message.raw
            route = f"push:{arrival.message.kind}"
            return self._complete(session, interaction, arrival, NoReply(), route, ("平台事件，与某个人无关",))
        if arrival.spooled and self._was_erased_since(session, arrival):
            return self._forget(interaction, arrival)
        contact, arrival = self._meet(session, interaction, arrival, locked)
        now = arrival.received_at
        dialogue = Dialogue.of(session, contact, now)
        ctx = Context(session, contact, dialogue, arrival.judgement, self._resources, now, interaction.id)
        decision, reply = routing.answer(self._registry, arrival.message, ctx)
        conversations.save(session, [dialogue])
        return self._complete(session, interaction, arrival, reply, decision.name, decision.reasons)

    @staticmethod
    def _hold(session: Session, arrival: Arrival) -> Contact | None:
        """First the person, a stranger too, then the claim, as a group does: else two may wait for each other."""
        if not arrival.person:
            return None
        held = contacts.lock(session, arrival.person)
        if held is None:
            contacts.introduce(session, {arrival.person: False}, arrival.received_at)
            held = contacts.lock(session, arrival.person)
        return held

    @staticmethod
    def _was_erased_since(session: Session, arrival: Arrival) -> bool:
        contact = contacts.find(session, arrival.message.open_id)
        is_grave = arrival.judgement.risk in GRAVE  # a cry for help is no less one because it waited (P4)
        return contact is not None and not is_grave and erasure.covers(session, contact, arrival.received_at)

    def _forget(self, interaction: Interaction, arrival: Arrival) -> Answer:
        """It waited in the spool while the person was erased: known, should it come again, and empty (P8)."""
        interaction.route, interaction.erased_at = "erased", self._clock.now()
        return Answer(NoReply(), arrival.message.created_at, {"route": "erased"})

    def _record_refusal(self, session: Session, arrival: Arrival, refusal: DomainError) -> Answer:
        """A handler said no, and what it had begun is undone."""
        held = self._hold(session, arrival)
        interaction = interactions.claim(session, arrival.message, arrival.received_at)
        if interaction is None:
            return self._repeat(session, arrival)
        _, arrival = self._meet(session, interaction, arrival, held)
        interaction.failure = type(refusal).__name__
        reply = self._resources.say(refusal.reply_key, arrival.received_at, **refusal.values)
        return self._complete(session, interaction, arrival, reply, "refused", arrival.judgement.reasons)

    def _record_failure(self, session: Session, arrival: Arrival, error: Exception) -> Answer:
        """A handler broke, and what it had begun is undone; the person is answered, and a crisis told to a human."""
        held = self._hold(session, arrival)
        interaction = interactions.claim(session, arrival.message, arrival.received_at)
        if interaction is None:
            return self._repeat(session, arrival)
        if arrival.person:
            contact, arrival = self._meet(session, interaction, arrival, held)
            # The question that could not be taken further must not meet the next message too.
            dialogue = Dialogue.of(session, contact, arrival.received_at)
            dialogue.clear()
            conversations.save(session, [dialogue])
        interaction.failure = type(error).__name__
        if arrival.judgement.risk in GRAVE:
            self._tell_of_unhandled_crisis(session, interaction, arrival)
        reply = self._spare_reply(arrival, "common.sorry")
        return self._complete(session, interaction, arrival, reply, "failed", arrival.judgement.reasons)

    def _tell_of_unhandled_crisis(self, session: Session, interaction: Interaction, arrival: Arrival) -> None:
        # No referral could be opened, so a person must be told by other means: the worker and `audit` see this row.
        deliveries.owe(
            session,
            UNHANDLED_CRISIS,
            f"unhandled:{interaction.id}",
            self._clock.now(),
            {"interaction": str(interaction.id), "risk": arrival.judgement.risk},
            contact_id=interaction.contact_id,
            interaction_id=interaction.id,
        )

    def _meet(
        self, session: Session, interaction: Interaction, arrival: Arrival, locked: Contact | None = None
    ) -> tuple[Contact, Arrival]:
        """The contact behind the message, and the message judged with what they wrote in the minutes before.

        The time is that of its arrival, also when it waited in the spool: “明天” and a dialogue's end hang on it.
        """
        message, now = arrival.message, arrival.received_at
        contact = contacts.meet(session, arrival.person, now, locked)
        if message.text and presence.was_here(contact, interactions.TOGETHER, now):
            earlier = interactions.recent_texts(session, contact.id, now)
            arrival = replace(arrival, judgement=self._resources.understanding.judge(message.text, earlier))
        presence.note(session, contact, message, now)
        interaction.contact_id = contact.id
        # Written before the handler runs, so that a handler that erases erases this message too.
        interaction.text = message.text or None
        interaction.raw = message.raw or None
        session.flush()
        return contact, arrival

    def _complete(
        self,
        session: Session,
        interaction: Interaction,
        arrival: Arrival,
        reply: Reply,
        route: str,
        reasons: tuple[str, ...],
    ) -> Answer:
        at = int(self._clock.now().timestamp())
        columns = exchange.answered(arrival, reply, route, reasons, at)
        for name, value in columns.items():
            setattr(interaction, name, value)
        session.flush()
        if arrival.spooled:
            self._owe_reply(session, interaction)
        return Answer(reply, at, exchange.why(interaction.id, columns))

    def _repeat(self, session: Session, arrival: Arrival) -> Answer:
        """The stored answer of an earlier delivery of the same push."""
        interaction = interactions.find(session, arrival.message)
        if interaction is None or interaction.reply is None:
            # Erased since: nothing is owed any more.
            return Answer(NoReply(), arrival.message.created_at, {"route": "repeat"})
        if arrival.spooled:
            self._owe_reply(session, interaction)
        reply, at = unpack(interaction.reply)
        return Answer(reply, at, exchange.why(interaction.id, vars(interaction)) | {"repeat": True})

    def _owe_reply(self, session: Session, interaction: Interaction) -> None:
        """Nobody waits for a passive reply any more: it leaves as a customer-service message (客服消息)."""
        if interaction.reply is None or isinstance(unpack(interaction.reply)[0], NoReply):
            return
        deliveries.owe(
            session,
            "customer_service_message",
            f"spool:{interaction.id}",
            self._clock.now(),
            {"interaction": str(interaction.id)},
            contact_id=interaction.contact_id,
            interaction_id=interaction.id,
            expires_at=interaction.received_at + deliveries.REPLY_WINDOW,
        )

    # --- without the database ---------------------------------------------------------------------------------------

    def _answer_without_database(self, arrival: Arrival) -> Answer:
        try:
            self._spool.put(Record(arrival.message.raw, arrival.received_at))
            metrics.spooled()
        except OSError as error:
            metrics.not_stored()
            log.critical("not_stored", error=type(error).__name__, risk=arrival.judgement.risk)
            if arrival.judgement.risk not in GRAVE:
                raise NotStored from error
        reply = self._spare_reply(arrival, "common.busy_saved")
        # WeChat's own time, so that all deliveries of this push get the same bytes on every machine.
        return Answer(reply, arrival.message.created_at, {"route": "spooled", "risk": arrival.judgement.risk})

    def _spare_reply(self, arrival: Arrival, otherwise: str) -> Reply:
        """What can be said from memory alone: the numbers in a crisis, `otherwise` to whoever waits for an answer."""
        body, now = arrival.message.body, arrival.received_at
        if arrival.judgement.risk != "none":
            # The variant hangs on the push alone, so that a repeat elsewhere reads the same.
            return crisis.degraded(arrival.judgement, self._resources, now, arrival.message.created_at)
        if isinstance(body, Click) and body.key == "crisis.numbers":
            return self._resources.say("crisis.numbers", now)
        return self._resources.say(otherwise, now) if isinstance(body, AWAITED) else NoReply()


def _count(arrival: Arrival, answer: Answer) -> None:
    route = answer.why.get("route") or ""
    outcome = "repeated" if answer.why.get("repeat") else route if route in ("spooled", "failed") else "answered"
    seconds = time.perf_counter() - arrival.started
    metrics.answered(arrival.message.kind, route, arrival.judgement.risk, seconds, outcome)


def _facts(arrival: Arrival, answer: Answer) -> dict[str, Any]:
    """What a log line may say of a message: never who, never what (P10)."""
    milliseconds = round((time.perf_counter() - arrival.started) * 1000, 1)
    facts = {key: answer.why.get(key) for key in ("interaction", "route", "risk", "repeat")}
    return {"kind": arrival.message.kind, "reply": answer.reply.key, "ms": milliseconds, **facts}

"""Send what is owed (发送): claim, write the call down, call WeChat with no transaction open, settle (R12, R13).

Whatever happens in between, the rows tell the next one who comes what to do: see claims.py and kinds.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential

from core.clock import Clock
from core.contacts import contacts, presence
from core.contacts.models import Contact
from core.crypto import keyring
from core.db import Database
from core.outbox import attempts, claims, pauses, verdicts, windows
from core.outbox.claims import Claim
from core.outbox.kinds import KINDS, Kind
from core.outbox.letters import Addressee, Desk, Letter, MenuLetter, NotOwed, Plan, TextLetter, WeChat
from core.outbox.models import NEEDS_HUMAN, PENDING, REFUSED, Delivery
from core.outbox.verdicts import OUTCOME_UNKNOWN, SENT_NOW, Answer, Verdict
from core.wechat.errors import WeChatError
from core.wechat.reactions import Reaction

log = structlog.get_logger()
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
# What WeChat just answered must get into the database, or it counts as unknown: so a short outage is sat out.
PATIENCE_S = 15
NOBODY = Verdict(PENDING, "nobody reachable")
# Of the reasons why somebody cannot be reached, those that say they do not follow us.
NO_FOLLOWER = (40003, 43004, 43005, 46004, 50005)


class ClaimLost(Exception):
    """Somebody else has the delivery now, or it was settled: leave it alone."""


@dataclass(frozen=True)
class Errand:
    """A claimed delivery and what is to be done for it."""

    claim: Claim
    plan: Plan
    may_repeat: bool


class Sender:
    """Sends deliveries, one at a time and thread; as many as you like may work at once, on as many machines."""

    def __init__(
        self, database: Database, clock: Clock, wechat: WeChat, desk: Desk, kinds: Mapping[str, Kind] = KINDS
    ) -> None:
        self._database, self._clock, self._wechat, self._desk, self._kinds = database, clock, wechat, desk, kinds

    def deliver(self, delivery_id: UUID) -> bool:
        """Send this one, if it is due and free. Raises SQLAlchemyError when the database is away."""
        return self._work(lambda session, now: claims.take(session, delivery_id, now))

    def send_due(self, stopped: Callable[[], bool] = lambda: False, most: int = 1000) -> int:
        """Send what is due and free, alerts first; gives how many were looked at."""
        count = 0
        while count < most and not stopped() and self._work(claims.take_next):
            count += 1
        return count

    def _work(self, take: Callable[[Session, datetime], Delivery | None]) -> bool:
        with self._database.transaction() as session:
            delivery = take(session, self._clock.now())
            if delivery is None:
                return False
            assert delivery.claim is not None
            claim = Claim(delivery.id, delivery.claim)
        try:
            self._send(claim)
        except ClaimLost:
            log.warning("claim_lost", delivery=str(claim.delivery_id))
        except DATABASE_AWAY:
            raise  # the lease ends by itself, and the delivery is taken up again
        except Exception as error:
            # It must block nobody else, and must not come up again for ever.
            log.exception("delivery_failed", delivery=str(claim.delivery_id))
            with suppress(ClaimLost):
                self._settle(claim, Verdict(NEEDS_HUMAN, f"failed: {type(error).__name__}"))
        return True

    def _send(self, claim: Claim) -> None:
        errand = self._prepare(claim)
        if isinstance(errand, Verdict):
            return self._settle(claim, errand)
        verdict = NOBODY
        for circle in errand.plan.circles:
            verdict = verdicts.best([self._reach(errand, person) for person in circle])
            if verdict.is_sent:
                break
        return self._settle(claim, verdict)

    def _prepare(self, claim: Claim) -> Errand | Verdict:
        """Act on a call that was cut short, and have the letters written."""

        def prepare(session: Session, now: datetime) -> Errand | Verdict:
            delivery = self._held(session, claim, now)
            kind = self._kinds.get(delivery.kind)
            if kind is None:
                return Verdict(NEEDS_HUMAN, "unknown kind")
            may_repeat = kind.may_repeat(session, delivery)
            if attempts.close_unfinished(session, delivery, now) and not may_repeat:
                return Verdict(NEEDS_HUMAN, OUTCOME_UNKNOWN)
            plan = kind.write(session, delivery, self._desk, now)
            return Verdict(REFUSED, plan.reason) if isinstance(plan, NotOwed) else Errand(claim, plan, may_repeat)

        prepared: Errand | Verdict = self._in_transaction(prepare)
        return prepared

    def _reach(self, errand: Errand, person: Addressee) -> Verdict:
        tried: list[Verdict] = []
        for letter in person.letters:
            tried.append(self._try(errand, person.open_id, letter))
            if tried[-1].is_sent:
                break
        return verdicts.best(tried)

    def _try(self, errand: Errand, open_id: str, letter: Letter) -> Verdict:
        """One call, written down before and after."""
        attempt = self._begin(errand.claim, open_id, letter)
        if isinstance(attempt, Verdict):
            return attempt
        try:
            remote_id = letter.post(self._wechat, open_id, _message_id(errand.claim, open_id))
        except WeChatError as error:
            return self._failed(errand, attempt, open_id, letter, error)
        self._in_transaction(lambda session, now: attempts.accept(session, attempt, remote_id, now))
        return SENT_NOW

    def _begin(self, claim: Claim, open_id: str, letter: Letter) -> UUID | Verdict:
        """The call's row, or why there is to be no call."""

        def begin(session: Session, now: datetime) -> UUID | Verdict:
            # The person's row first, as everybody locks: two senders must not both see the last message free.
            contact = contacts.lock(session, open_id)
            delivery = self._held(session, claim, now)
            recipient = keyring().lookup(open_id)
            if attempts.is_accepted(session, delivery, recipient):
                return SENT_NOW
            if attempts.has_bounced(session, delivery, recipient, letter.channel):
                return Verdict(REFUSED, "not delivered")
            if paused := pauses.until(session, letter.channel, now):
                return Verdict(PENDING, "interface paused", paused - now)
            if isinstance(letter, TextLetter | MenuLetter) and (closed := _closed(session, contact, letter, now)):
                return Verdict(REFUSED, closed)
            return attempts.begin(session, delivery, recipient, letter.channel, now).id

        begun: UUID | Verdict = self._in_transaction(begin)
        return begun

    def _failed(self, errand: Errand, attempt: UUID, open_id: str, letter: Letter, error: WeChatError) -> Verdict:
        def note(session: Session, now: datetime) -> Verdict:
            contact = contacts.lock(session, open_id)
            delivery = session.get_one(Delivery, errand.claim.delivery_id)
            answer = verdicts.of(error, attempts.answered(session, delivery), errand.may_repeat)
            attempts.end(session, attempt, answer.outcome, now, answer.code)
            if answer.code in NO_FOLLOWER and contact is not None:
                presence.note_unreachable(session, contact, now)
            if answer.reaction is Reaction.STOP_INTERFACE_UNTIL_TOMORROW:
                tomorrow = pauses.pause_until_tomorrow(session, letter.channel, answer.verdict.reason, now)
                return Verdict(PENDING, answer.verdict.reason, tomorrow - now)
            self._log(errand.claim, letter, answer)
            return answer.verdict

        verdict: Verdict = self._in_transaction(note)
        return verdict

    def _settle(self, claim: Claim, verdict: Verdict) -> None:
        def settle(session: Session, now: datetime) -> None:
            delivery = self._held(session, claim, now)
            attempts.close_unfinished(session, delivery, now)
            self._conclude(delivery, verdict, now)
            log.info(
                "delivery", delivery=str(delivery.id), kind=delivery.kind, state=delivery.state, reason=delivery.reason
            )

        self._in_transaction(settle)

    def _conclude(self, delivery: Delivery, verdict: Verdict, now: datetime) -> None:
        claims.release(delivery)
        delivery.reason = verdict.reason[:120]
        kind = self._kinds.get(delivery.kind)
        if verdict.state == PENDING or (kind is not None and kind.is_alert and not verdict.is_sent):
            # An alert is never given up: it stays owed until a human has it (R8).
            delivery.due_at = now + _wait(delivery, verdict, kind)
        else:
            delivery.state, delivery.settled_at = verdict.state, now

    def _held(self, session: Session, claim: Claim, now: datetime) -> Delivery:
        delivery = claims.hold(session, claim, now)
        if delivery is None:
            raise ClaimLost
        return delivery

    def _in_transaction(self, work: Callable[[Session, datetime], Any]) -> Any:
        """Do this in a transaction, and sit out a database that is away, or a row that is held, for a moment."""
        patient = Retrying(
            retry=retry_if_exception_type(DATABASE_AWAY),
            stop=stop_after_delay(PATIENCE_S),
            wait=wait_exponential(multiplier=0.1, max=2),
            reraise=True,
        )
        return patient(self._once, work)

    def _once(self, work: Callable[[Session, datetime], Any]) -> Any:
        with self._database.transaction() as session:
            return work(session, self._clock.now())

    @staticmethod
    def _log(claim: Claim, letter: Letter, answer: Answer) -> None:
        say = log.critical if answer.reaction is Reaction.CONFIGURATION else log.warning
        say("not_sent", delivery=str(claim.delivery_id), channel=letter.channel, reason=answer.verdict.reason)


def _wait(delivery: Delivery, verdict: Verdict, kind: Kind | None) -> timedelta:
    """An alert does not wait for tomorrow when an interface rests: a colleague may open another way sooner."""
    own = verdicts.pace(delivery.attempts)
    return own if kind is not None and kind.is_alert else max(own, verdict.wait)


def _closed(session: Session, contact: Contact | None, letter: TextLetter | MenuLetter, now: datetime) -> str:
    """Why no customer-service message may go to this person now; empty when one may."""
    allowance = windows.of(session, contact, now) if contact else windows.CLOSED
    if allowance.until is None:
        return "window closed"
    return "window used up" if allowance.left <= letter.reserve else ""


def _message_id(claim: Claim, open_id: str) -> str:
    # The same for every try of this delivery to this person: WeChat then shows it once.
    return keyring().lookup(f"{claim.delivery_id}|{open_id}")

"""Re-check the promises from the data alone (R1, R7, R12, R17): each check lists its breaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from content.lexicon import GRAVE
from core.contacts.models import Contact
from core.crypto import SealBroken, Sealed
from core.events.models import CONFIRMED, Event, Signup
from core.events.models import WAITING as QUEUED
from core.interactions.models import Interaction
from core.mini_program.models import MiniProgramSession
from core.models import Base
from core.outbox.models import (
    ACCEPTED,
    EXPIRED,
    PENDING,
    REFERRAL_ALERT,
    REFUSED,
    SENT,
    UNHANDLED_CRISIS,
    Attempt,
    Delivery,
)
from core.referrals.models import WAITING, CaseEvent, Referral
from core.staff import audit as trail

# Longer than a call, a lease and a sweep together.
STUCK = timedelta(minutes=10)


@dataclass(frozen=True)
class Breach:
    """A broken promise: which, where, and what to look at. Holds ids only, nothing personal."""

    check: str
    subject: str
    finding: str


Check = Callable[[Session, datetime], Iterator[Breach]]


def answered(session: Session, now: datetime) -> Iterator[Breach]:
    """R1: every stored push has a route and the reply that was given."""
    query = select(Interaction.id).where(
        Interaction.direction == "in",
        or_(Interaction.route == "", and_(Interaction.reply_sealed.is_(None), Interaction.erased_at.is_(None))),
    )
    yield from _rows(session, query, "answered", "stored without a route or without its reply")


def crisis_has_case(session: Session, now: datetime) -> Iterator[Breach]:
    """R7: every crisis message is on a case, or a person was told by other means."""
    on_case = exists().where(CaseEvent.interaction_id == Interaction.id)
    told = exists().where(Delivery.interaction_id == Interaction.id, Delivery.kind == UNHANDLED_CRISIS)
    query = select(Interaction.id).where(Interaction.risk.in_(GRAVE), ~on_case, ~told)
    yield from _rows(session, query, "crisis_has_case", "a crisis message without a case")


def case_has_alert(session: Session, now: datetime) -> Iterator[Breach]:
    """R8: every waiting case owes or sent an alert, and no alert was given up."""
    alert = exists().where(Delivery.referral_id == Referral.id, Delivery.kind == REFERRAL_ALERT)
    query = select(Referral.id).where(Referral.state == WAITING, ~alert)
    yield from _rows(session, query, "case_has_alert", "a waiting case that nobody is told of")
    alerts = Delivery.kind.in_((REFERRAL_ALERT, UNHANDLED_CRISIS))
    given_up = select(Delivery.id).where(alerts, Delivery.state.in_((EXPIRED, REFUSED)), Delivery.settled_by.is_(None))
    yield from _rows(session, given_up, "case_has_alert", "an alert that was given up")


def case_has_history(session: Session, now: datetime) -> Iterator[Breach]:
    """R25: every case has at least the line that opened it."""
    line = exists().where(CaseEvent.referral_id == Referral.id)
    yield from _rows(session, select(Referral.id).where(~line), "case_has_history", "a case without history")


def within_capacity(session: Session, now: datetime) -> Iterator[Breach]:
    """R17: taken places are counted right and never more than there are."""
    counted = select(func.count()).where(Signup.event_id == Event.id, Signup.state == CONFIRMED).scalar_subquery()
    wrong = select(Event.id).where(Event.taken != counted)
    yield from _rows(session, wrong, "within_capacity", "`taken` differs from the confirmed sign-ups")
    over = select(Event.id).where(counted > Event.capacity, ~Event.over_capacity)
    yield from _rows(session, over, "within_capacity", "more confirmed than places")


def no_stranded_seat(session: Session, now: datetime) -> Iterator[Breach]:
    """R17: nobody waits while a place is free; what has begun promotes nobody."""
    waits = exists().where(Signup.event_id == Event.id, Signup.state == QUEUED)
    query = select(Event.id).where(Event.taken < Event.capacity, Event.starts_at > now, waits)
    yield from _rows(session, query, "no_stranded_seat", "a free place while somebody waits")


def settled_once(session: Session, now: datetime) -> Iterator[Breach]:
    """R12: a delivery is either pending or settled with a time."""
    query = select(Delivery.id).where((Delivery.state == PENDING) != Delivery.settled_at.is_(None))
    yield from _rows(session, query, "settled_once", "state and settled_at contradict each other")


def sent_was_accepted(session: Session, now: datetime) -> Iterator[Breach]:
    """R12: what counts as sent was accepted by WeChat, or somebody says that they told the person."""
    accepted = exists().where(Attempt.delivery_id == Delivery.id, Attempt.outcome == ACCEPTED)
    query = select(Delivery.id).where(Delivery.state == SENT, Delivery.settled_by.is_(None), ~accepted)
    yield from _rows(session, query, "sent_was_accepted", "sent, and WeChat never took it")


def no_call_hangs(session: Session, now: datetime) -> Iterator[Breach]:
    """R12: no call to WeChat is under way for longer than any call can take."""
    query = select(Attempt.id).where(Attempt.outcome.is_(None), Attempt.started_at < now - STUCK)
    yield from _rows(session, query, "no_call_hangs", "a call that nobody ended", "delivery_attempt")


def somebody_sends(session: Session, now: datetime) -> Iterator[Breach]:
    """R12: nothing that is due waits for longer than a killed worker's lease."""
    claimed = and_(Delivery.claimed_until.is_not(None), Delivery.claimed_until > now)
    query = select(Delivery.id).where(Delivery.state == PENDING, Delivery.due_at < now - STUCK, ~claimed)
    yield from _rows(session, query, "somebody_sends", "due for long, and nobody sends it; is a worker running?")


def erased_is_logged_out(session: Session, now: datetime) -> Iterator[Breach]:
    """P8: no log-in to the mini-program outlives its person's erasure."""
    query = select(MiniProgramSession.id).join(Contact, Contact.id == MiniProgramSession.contact_id)
    erased = query.where(Contact.erased_at.is_not(None))
    yield from _rows(session, erased, "erased_is_logged_out", "a log-in of somebody who was erased")


def sealed_fields_open(session: Session, now: datetime) -> Iterator[Breach]:
    """P10: every sealed value opens with the keys we have."""
    for model in _models():
        names = [name for name, value in vars(model).items() if isinstance(value, Sealed)]
        for row in session.scalars(select(model).execution_options(yield_per=500)) if names else ():
            try:
                for name in names:
                    getattr(row, name)
            except SealBroken:
                yield Breach("sealed_fields_open", f"{model.__tablename__} {row.id}", "does not open with DATA_KEYS")


def foreign_keys_hold(session: Session, now: datetime) -> Iterator[Breach]:
    """R7: no row points at a row that is not there, whatever wrote it."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column
            orphan = select(table.c.id).where(key.parent.is_not(None), ~exists().where(target == key.parent))
            yield from _rows(session, orphan, "foreign_keys_hold", f"{key.parent.name} points nowhere", table.name)


def trail_holds(session: Session, now: datetime) -> Iterator[Breach]:
    """R25: the audit trail is whole: nothing altered, nothing taken out, nothing cut off."""
    for finding in trail.verify(session):
        yield Breach("trail_holds", f"audit record {finding.number}", finding.what)


CHECKS: tuple[Check, ...] = (
    answered,
    crisis_has_case,
    case_has_alert,
    case_has_history,
    within_capacity,
    no_stranded_seat,
    settled_once,
    sent_was_accepted,
    no_call_hangs,
    somebody_sends,
    erased_is_logged_out,
    sealed_fields_open,
    foreign_keys_hold,
    trail_holds,
)


def run(session: Session, now: datetime) -> dict[str, list[Breach]]:
    """All checks by name, each with its breaches."""
    return {check.__name__: list(check(session, now)) for check in CHECKS}


def counts(session: Session) -> dict[str, int]:
    """How many rows each table holds."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def _models() -> list[Any]:
    return [mapper.class_ for mapper in Base.registry.mappers]


def _rows(session: Session, query: Select[Any], check: str, finding: str, what: str = "row") -> Iterator[Breach]:
    for identity in session.scalars(query):
        yield Breach(check, f"{what} {identity}", finding)

"""Cases (个案): open, add to, raise, withdraw; one open case per person, every change a line of its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.lexicon import GRAVE, RISKS
from core.contacts import consents
from core.contacts.models import Consent, Contact
from core.ids import short_number
from core.referrals import alerts
from core.referrals.models import (
    CLAIMED,
    SUGGESTED,
    WAITING,
    WITHDRAWN,
    CaseEvent,
    Referral,
)

# Whoever is in danger is not let go because they say so (P4): a counselor sees the wish and decides.
HELD_RISKS = GRAVE


@dataclass(frozen=True)
class Cause:
    """The message that a change of a case comes from, if it comes from one, and when."""

    interaction_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class Request:
    """What a person told us when they asked for a counselor."""

    topic: str
    summary: str = ""
    reach: Mapping[str, Any] | None = None
    reach_when: str = ""
    risk: str = "none"


def find_open(session: Session, contact: Contact) -> Referral | None:
    """The person's open case, or None."""
    return session.scalar(select(Referral).where(Referral.contact_id == contact.id, Referral.closed_at.is_(None)))


def find_asked(session: Session, contact: Contact) -> Referral | None:
    """The person's open case, if they know of it: a mere suggestion (推介) is none."""
    case = find_open(session, contact)
    return case if case is not None and is_asked(case) else None


def is_asked(case: Referral) -> bool:
    """Whether the case is more than a suggestion: somebody waits for it."""
    return case.state != SUGGESTED


def latest(session: Session, contact: Contact) -> Referral | None:
    """The open case, or else the last one, of those that the person knows of; a suggestion (推介) stays unmentioned."""
    query = select(Referral).where(known_to(contact))
    return session.scalars(query.order_by(Referral.closed_at.is_not(None), Referral.opened_at.desc())).first()


def known_to(contact: Contact) -> ColumnElement[bool]:
    """The person's cases as they know them: no mere suggestion (推介), and none that was emptied by an erasure."""
    contents = (Referral.summary_sealed, Referral.reach_sealed)
    holds_something = or_(Referral.topic != "", Referral.closed_at.is_(None), *(one.is_not(None) for one in contents))
    return and_(Referral.contact_id == contact.id, Referral.source != "concern", holds_something)


def open_crisis(session: Session, contact: Contact, risk: str, topic: str, cause: Cause) -> Referral:
    """A person in danger: open or raise their case, add the message, owe an alert; no consent needed (P4)."""
    case = _open_or_join(session, contact, "crisis", risk, topic, WAITING, cause)
    raise_risk(session, case, risk, cause)
    add_message(session, case, cause)
    alerts.owe(session, case, cause.interaction_id, cause.at)
    return case


def suggest(session: Session, contact: Contact, topic: str, cause: Cause) -> Referral:
    """Distress without danger: keep it in sight as a suggestion (推介), without alert; joins a case that is open."""
    case = _open_or_join(session, contact, "concern", "concern", topic, SUGGESTED, cause)
    raise_risk(session, case, "concern", cause)
    add_message(session, case, cause)
    return case


def open_with_consent(session: Session, contact: Contact, request: Request, consent: Consent, cause: Cause) -> Referral:
    """The person asked for a counselor and agreed; a case that is open already takes the request in."""
    case = _open_or_join(session, contact, "asked", request.risk, request.topic, WAITING, cause)
    case.consent_id = consent.id
    case.topic = request.topic if case.topic in ("", "其他") else case.topic
    case.summary = request.summary or case.summary
    case.reach = json.dumps(dict(request.reach or {}), ensure_ascii=False)
    case.reach_when = request.reach_when
    raise_risk(session, case, request.risk, cause)
    _log(session, case, "consented", cause, text_version=consent.text_version)
    alerts.owe(session, case, cause.interaction_id, cause.at)
    return case


def ask_human(session: Session, contact: Contact, cause: Cause) -> Referral:
    """Somebody wants a person to answer (转人工); a case that is open already takes the wish in."""
    case = _open_or_join(session, contact, "human", "none", "其他", WAITING, cause)
    add_message(session, case, cause)
    alerts.owe(session, case, cause.interaction_id, cause.at)
    return case


def add_message(session: Session, case: Referral, cause: Cause) -> None:
    """Something the person wrote belongs to the case; its words stay with the interaction."""
    _log(session, case, "message", cause)


def raise_risk(session: Session, case: Referral, risk: str, cause: Cause) -> None:
    """Only upwards: that somebody calmed down is for a counselor to say, not for the bot."""
    if graver(risk, case.risk) != case.risk:
        _log(session, case, "raised", cause, before=case.risk, after=risk)
        case.risk = risk
        session.flush()


def graver(one: str, other: str) -> str:
    """The higher of two risks."""
    return max(one, other, key=RISKS.index)


def withdraw(session: Session, case: Referral, contact: Contact, cause: Cause) -> bool:
    """End the case at the person's wish, and the consent; False when danger holds it: then the wish is noted."""
    consents.withdraw(session, contact, consents.REFERRAL, cause.at)
    if is_held_by_danger(case):
        _log(session, case, "withdraw_asked", cause)
        return False
    _end(session, case, "withdrawn", cause)
    return True


def is_held_by_danger(case: Referral) -> bool:
    """Whether the case stays open even when the person takes the wish back."""
    return case.risk in HELD_RISKS


def decline(session: Session, contact: Contact, cause: Cause) -> None:
    """The person said no to a counselor: a mere suggestion ends; a case they are in danger in does not."""
    end_suggestion(session, contact, "declined", cause)


def end_suggestion(session: Session, contact: Contact, why: str, cause: Cause) -> None:
    """End the open case if nobody asked for it, nor was in danger."""
    case = find_open(session, contact)
    if case is not None and not is_asked(case):
        _end(session, case, why, cause)


def progress(case: Referral) -> str:
    """Where the case stands, in one of the words that a person may be told: waiting, claimed, closed, withdrawn."""
    return case.state if case.state in (WAITING, CLAIMED, WITHDRAWN) else "closed"


def _open_or_join(
    session: Session, contact: Contact, source: str, risk: str, topic: str, state: str, cause: Cause
) -> Referral:
    case = find_open(session, contact) or _open(session, contact, source, risk, topic, state, cause)
    if case.state == SUGGESTED and state == WAITING:
        # What was only noticed is now asked for, or urgent.
        case.state, case.source = WAITING, source
        _log(session, case, "asked", cause, source=source)
    case.topic = case.topic or topic
    case.updated_at = cause.at
    session.flush()
    return case


def _open(session: Session, contact: Contact, source: str, risk: str, topic: str, state: str, cause: Cause) -> Referral:
    case = Referral(
        number=short_number("Z"),
        contact_id=contact.id,
        source=source,
        risk=risk,
        topic=topic,
        state=state,
        opened_at=cause.at,
        updated_at=cause.at,
    )
    try:
        with session.begin_nested():
            session.add(case)
    except IntegrityError:
        # Another request of the same person was faster: theirs is the one open case.
        twin = find_open(session, contact)
        if twin is None:
            raise
        return twin
    _log(session, case, "opened", cause, source=source, risk=risk, state=state)
    return case


def _end(session: Session, case: Referral, kind: str, cause: Cause) -> None:
    _log(session, case, kind, cause)
    case.state, case.closed_at = WITHDRAWN, cause.at
    session.flush()


def _log(session: Session, case: Referral, kind: str, cause: Cause, **details: str) -> None:
    case.updated_at = cause.at
    session.add(
        CaseEvent(referral_id=case.id, at=cause.at, kind=kind, interaction_id=cause.interaction_id, details=details)
    )
    session.flush()

"""What cases (个案) hold of one person: tell it, forget it, and what may not be forgotten yet (P8, P9)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.referrals import cases
from core.referrals.cases import Cause
from core.referrals.models import CaseEvent, Referral


def of(session: Session, contact: Contact) -> list[dict[str, Any]]:
    """Every case that was not emptied and its history, oldest first."""
    query = select(Referral).where(cases.known_to(contact)).order_by(Referral.opened_at)
    return [_told(session, case) for case in session.scalars(query)]


def suggestions_of(session: Session, contact: Contact) -> list[dict[str, Any]]:
    """What was only noticed in the messages, and nobody asked for (推介)."""
    query = select(Referral).where(
        Referral.contact_id == contact.id, Referral.source == "concern", Referral.topic != ""
    )
    return [_told(session, case) for case in session.scalars(query.order_by(Referral.opened_at))]


def held(session: Session, contact: Contact) -> Referral | None:
    """The open case that somebody still has to work on: it is a hold, to be explained (P8)."""
    return cases.find_asked(session, contact)


def messages_of(session: Session, case: Referral) -> list[UUID]:
    """The interactions that belong to the case."""
    query = select(CaseEvent.interaction_id).where(CaseEvent.referral_id == case.id)
    return list({found for found in session.scalars(query) if found})


def messages_until(session: Session, contact: Contact, moment: datetime) -> list[UUID]:
    """The interactions of all cases that were opened up to then, whenever they were written."""
    query = select(Referral).where(Referral.contact_id == contact.id, Referral.opened_at <= moment)
    return [found for case in session.scalars(query) for found in messages_of(session, case)]


def forget(session: Session, contact: Contact, until: datetime, now: datetime) -> int:
    """Empty the cases that nobody works on; their bare history stays. A mere suggestion ends. Gives how many."""
    kept = held(session, contact)
    sealed = (Referral.summary_sealed, Referral.reach_sealed)
    has_content = or_(Referral.topic != "", *(column.is_not(None) for column in sealed))
    query = select(Referral).where(Referral.contact_id == contact.id, Referral.opened_at <= until, has_content)
    emptied = [case for case in session.scalars(query) if kept is None or case.id != kept.id]
    if any(case.is_open for case in emptied):
        cases.end_suggestion(session, contact, "erased", Cause(None, now))
    for case in emptied:
        case.summary, case.reach, case.reach_when, case.topic = None, None, "", ""
    session.flush()
    return len(emptied)


def _told(session: Session, case: Referral) -> dict[str, Any]:
    """A case without its risk and the raising of it: a score is never read out to the person (S6)."""
    mine = (CaseEvent.referral_id == case.id, CaseEvent.kind != "raised")
    history = select(CaseEvent).where(*mine).order_by(CaseEvent.at, CaseEvent.id)
    return {
        "number": case.number,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "source": case.source,
        "state": case.state,
        "topic": case.topic,
        "summary": case.summary,
        "reach": json.loads(case.reach) if case.reach else None,
        "reach_when": case.reach_when,
        "history": [{"at": line.at.isoformat(), "what": line.kind} for line in session.scalars(history)],
    }

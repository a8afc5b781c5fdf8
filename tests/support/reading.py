"""What tests of chats read again and again: a reply's words, the one case, its history."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.messages import Reply, TextReply
from core.referrals.models import CaseEvent, Referral
from tests.support.people import Person


def says_all(person: Person, *words: str) -> Reply:
    """Says one after the other; the last reply."""
    return [person.says(word) for word in words][-1]


def text(reply: Reply) -> str:
    """The words of a reply that must be text."""
    assert isinstance(reply, TextReply)
    return reply.text


def case(session: Session) -> Referral:
    """The only case there is."""
    return session.scalars(select(Referral)).one()


def kinds(session: Session) -> list[str]:
    """The history of all cases, by kind."""
    return list(session.scalars(select(CaseEvent.kind).order_by(CaseEvent.at, CaseEvent.id)))

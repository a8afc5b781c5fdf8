"""Informed consent (知情同意)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts import consents, contacts
from core.contacts.models import Consent, Contact


@pytest.fixture
def lin(session: Session, clock: FixedClock) -> Contact:
    return contacts.meet(session, "o_lin", clock.now())


def test_the_same_consent_twice_is_one(session: Session, lin: Contact, clock: FixedClock) -> None:
    first = consents.give(session, lin, "referral", "v1", clock.now())
    assert consents.give(session, lin, "referral", "v1", clock.now() + timedelta(days=1)).id == first.id


def test_another_wording_is_another_consent(session: Session, lin: Contact, clock: FixedClock) -> None:
    consents.give(session, lin, "referral", "v1", clock.now())
    second = consents.give(session, lin, "referral", "v2", clock.now() + timedelta(days=1))
    assert len(session.scalars(select(Consent)).all()) == 2
    assert consents.in_force(session, lin, "referral") == second


def test_withdrawing_ends_all_of_one_purpose_and_keeps_the_proof(
    session: Session, lin: Contact, clock: FixedClock
) -> None:
    consents.give(session, lin, "referral", "v1", clock.now())
    consents.give(session, lin, "referral", "v2", clock.now())
    other = consents.give(session, lin, "event", "v1", clock.now())
    assert consents.withdraw(session, lin, "referral", clock.now()) == 2
    assert consents.in_force(session, lin, "referral") is None
    assert consents.in_force(session, lin, "event") == other
    assert len(session.scalars(select(Consent)).all()) == 3

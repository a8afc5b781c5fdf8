"""Cases (个案): what the verbs promise beyond what the dialogues show."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts import consents, contacts
from core.contacts.models import Contact
from core.referrals import cases
from core.referrals.cases import Cause, Request
from core.referrals.models import CLAIMED, CLOSED, SUGGESTED, WAITING, CaseEvent, Referral


@pytest.fixture
def lin(session: Session, clock: FixedClock) -> Contact:
    return contacts.meet(session, "o_lin", clock.now())


@pytest.fixture
def cause(clock: FixedClock) -> Cause:
    return Cause(None, clock.now())


def test_a_second_open_case_is_refused_by_the_database(session: Session, lin: Contact, cause: Cause) -> None:
    cases.ask_human(session, lin, cause)
    twin = Referral(
        number="Z-2", contact_id=lin.id, source="asked", risk="none", state=WAITING,
        opened_at=cause.at, updated_at=cause.at,
    )  # fmt: skip
    session.add(twin)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_closed_case_makes_room_for_a_new_one(session: Session, lin: Contact, cause: Cause) -> None:
    first = cases.open_crisis(session, lin, "high", "心理", cause)
    first.state, first.closed_at = CLOSED, cause.at
    second = cases.open_crisis(session, lin, "high", "心理", cause)
    assert second.id != first.id
    assert second.number != first.number


def test_a_claimed_case_stays_claimed_when_a_crisis_message_comes(session: Session, lin: Contact, cause: Cause) -> None:
    case = cases.ask_human(session, lin, cause)
    case.state = CLAIMED
    assert cases.open_crisis(session, lin, "imminent", "自伤自杀", cause).state == CLAIMED
    assert case.risk == "imminent"


def test_one_message_owes_one_alert_for_a_case_however_often_it_is_handled(
    session: Session, lin: Contact, clock: FixedClock
) -> None:
    from core.outbox.models import Delivery

    first = cases.ask_human(session, lin, Cause(None, clock.now()))
    again = cases.ask_human(session, lin, Cause(None, clock.now()))
    assert first.id == again.id
    assert len(session.scalars(select(Delivery)).all()) == 1


def test_history_is_in_the_order_it_happened(session: Session, lin: Contact, cause: Cause) -> None:
    for _ in range(20):
        case = cases.suggest(session, lin, "心理", cause)
        cases.open_crisis(session, lin, "high", "心理", cause)
        lines = select(CaseEvent.kind).where(CaseEvent.referral_id == case.id).order_by(CaseEvent.at, CaseEvent.id)
        assert list(session.scalars(lines)) == ["opened", "message", "asked", "raised", "message"]
        case.state, case.closed_at = CLOSED, cause.at


def test_a_suggestion_is_nothing_the_person_knows_of(session: Session, lin: Contact, cause: Cause) -> None:
    assert cases.suggest(session, lin, "心理", cause).state == SUGGESTED
    assert cases.find_open(session, lin) is not None
    assert cases.find_asked(session, lin) is None
    assert cases.latest(session, lin) is None


def test_the_request_of_a_person_in_danger_keeps_the_graver_topic(session: Session, lin: Contact, cause: Cause) -> None:
    cases.open_crisis(session, lin, "high", "自伤自杀", cause)
    consent = consents.give(session, lin, consents.REFERRAL, "v1", cause.at)
    case = cases.open_with_consent(session, lin, Request(topic="学业", risk="none"), consent, cause)
    assert (case.topic, case.risk) == ("自伤自杀", "high")


def test_who_was_faster_wins_and_their_case_is_used(
    session: Session, lin: Contact, cause: Cause, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = cases.ask_human(session, lin, cause)
    real, seen = cases.find_open, []

    def blind_at_first(session: Session, contact: Contact) -> Referral | None:
        seen.append(contact)
        return None if len(seen) == 1 else real(session, contact)

    monkeypatch.setattr(cases, "find_open", blind_at_first)
    assert cases.open_crisis(session, lin, "high", "心理", cause).id == theirs.id
    assert theirs.risk == "high"


def test_events_name_the_interaction_they_come_from(session: Session, lin: Contact, clock: FixedClock) -> None:
    from core.interactions.models import Interaction

    row = Interaction(dedupe_key=uuid4().hex, kind="text", sent_at=0, received_at=clock.now(), contact_id=lin.id)
    session.add(row)
    session.flush()
    case = cases.open_crisis(session, lin, "high", "", Cause(row.id, clock.now()))
    events = session.scalars(select(CaseEvent).where(CaseEvent.referral_id == case.id)).all()
    assert {event.interaction_id for event in events} == {row.id}

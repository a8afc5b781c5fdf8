"""Erasure (删除): nothing is left to read, holds stay, replays forget again and no more (P7, P8, R24)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts.models import Consent, Conversation
from core.crypto import Sealed
from core.events import signups
from core.events.models import CANCELLED, CONFIRMED, Event, Signup
from core.interactions.models import Interaction
from core.messages import Location
from core.models import Base
from core.outbox.models import PENDING, REFUSED, Delivery
from core.privacy import erasure
from core.privacy.models import Erasure
from core.referrals.models import CLOSED, CaseEvent, Referral
from tests.support.erasing import erase_all_departed, finish_all
from tests.support.happenings import make_event, somebody
from tests.support.people import Person

Cast = Callable[[str], Person]
SECRET = "Zq7marker"


@pytest.fixture
def lin(person: Cast) -> Person:
    return person("lin")


@pytest.fixture
def event(session: Session, clock: FixedClock) -> Event:
    return make_event(session, clock.now(), "101", capacity=1)


def residue(session: Session, *markers: str) -> list[str]:
    """Every column of every table that still holds a marker, in the clear or sealed."""
    session.flush()
    session.expire_all()
    return [
        f"{mapper.class_.__tablename__}.{name}"
        for mapper in Base.registry.mappers
        for row in session.scalars(select(mapper.class_))
        for name, value in readable(row)
        if any(marker in str(value) for marker in markers)
    ]


def readable(row: Base) -> list[tuple[str, object]]:
    plain = [column.key for column in row.__table__.columns if not isinstance(column.type, LargeBinary)]
    sealed = [name for name, value in vars(type(row)).items() if isinstance(value, Sealed)]
    return [(name, getattr(row, name)) for name in (*plain, *sealed)]


def live_a_little(lin: Person, event: Event) -> None:
    """Leave traces everywhere."""
    session, now = lin.town.session, lin.town.clock.now()
    lin.follows(f"{SECRET}-scene")
    lin.sends(Location(34.75, 113.65, label=f"{SECRET}-place"))
    for words in ("找老师", "1", f"{SECRET}-worry", "2", "13800000001", f"{SECRET}-time"):
        lin.says(words)
    signups.sign_up(session, event, lin.contact, {"name": f"{SECRET}-name"}, now)
    lin.contact.linked_cadre, lin.contact.union_id = f"{SECRET}-cadre", f"{SECRET}-union"
    lin.says("找文章")
    lin.says(f"{SECRET}-search")


def close_case(session: Session, clock: FixedClock) -> None:
    case = session.scalars(select(Referral)).one()
    case.state, case.closed_at = CLOSED, clock.now()
    session.flush()


def test_nothing_is_left_to_read_in_any_table(lin: Person, session: Session, clock: FixedClock, event: Event) -> None:
    live_a_little(lin, event)
    close_case(session, clock)
    assert residue(session, SECRET)
    erasure.erase(session, lin.contact, clock.now(), "asked")
    assert residue(session, SECRET, lin.open_id, "13800000001") == []


def test_the_stub_counts_and_names_nobody(lin: Person, session: Session, clock: FixedClock, event: Event) -> None:
    live_a_little(lin, event)
    close_case(session, clock)
    stub = erasure.erase(session, lin.contact, clock.now(), "asked")
    assert stub.cause == "asked"
    assert stub.counts["signups"] == 1
    assert stub.counts["cases"] == 1
    assert stub.counts["interactions"] >= 8
    assert stub.counts["held"] == 0


def test_a_push_that_comes_again_is_still_known(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says("你好")
    before = session.scalars(select(Interaction.dedupe_key)).all()
    erasure.erase(session, lin.contact, clock.now(), "asked")
    assert session.scalars(select(Interaction.dedupe_key)).all() == before


def test_the_seat_goes_to_who_waits(lin: Person, session: Session, clock: FixedClock, event: Event) -> None:
    signups.sign_up(session, event, lin.contact, {}, clock.now())
    wang = somebody(session, clock.now(), "wang")
    waiting = signups.join_waiting_list(session, event, wang, {}, clock.now())
    erasure.erase(session, lin.contact, clock.now(), "asked")
    session.refresh(waiting)
    assert waiting.state == CONFIRMED
    gone = session.scalars(select(Signup).where(Signup.contact_id == lin.contact.id)).one()
    assert (gone.state, gone.answers) == (CANCELLED, None)


def test_what_has_not_left_yet_does_not_leave_any_more(lin: Person, session: Session, clock: FixedClock) -> None:
    from core.outbox import deliveries

    deliveries.owe(session, "signup_notice", "k", clock.now(), {"to": SECRET}, contact_id=lin.contact.id)
    session.flush()
    erasure.erase(session, lin.contact, clock.now(), "asked")
    notice = session.scalars(select(Delivery)).one()
    assert (notice.state, notice.reason, notice.payload) == (REFUSED, "erased", None)


def test_consents_stay_as_proof_and_are_withdrawn(
    lin: Person, session: Session, clock: FixedClock, event: Event
) -> None:
    live_a_little(lin, event)
    close_case(session, clock)
    erasure.erase(session, lin.contact, clock.now(), "asked")
    assert session.scalars(select(Consent)).one().withdrawn_at == clock.now()
    assert session.scalars(select(Conversation)).all() == []


# --- holds ------------------------------------------------------------------------------------------------------


def test_an_open_case_keeps_its_messages_and_the_person_reachable(
    lin: Person, session: Session, clock: FixedClock, event: Event
) -> None:
    live_a_little(lin, event)
    stub = erasure.erase(session, lin.contact, clock.now(), "asked")
    case = session.scalars(select(Referral)).one()
    assert stub.counts["held"] == 1
    assert SECRET in (case.summary or "")
    assert lin.contact.open_id == lin.open_id
    on_case = select(Interaction).join(CaseEvent, CaseEvent.interaction_id == Interaction.id)
    assert all(row.text for row in session.scalars(on_case))
    left = residue(session, SECRET)
    assert "signup.answers" not in left
    assert "conversation.answers" not in left


def test_what_was_held_goes_when_the_case_is_closed(
    lin: Person, session: Session, clock: FixedClock, event: Event
) -> None:
    live_a_little(lin, event)
    erasure.erase(session, lin.contact, clock.now(), "asked")
    assert finish_all(session, clock.now()) == 0
    clock.move(days=3)
    close_case(session, clock)
    assert finish_all(session, clock.now()) == 1
    assert residue(session, SECRET, lin.open_id) == []
    assert finish_all(session, clock.now()) == 0


def test_a_mere_suggestion_holds_nothing(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says("最近压力好大，睡不着")
    stub = erasure.erase(session, lin.contact, clock.now(), "asked")
    assert stub.counts["held"] == 0
    assert not session.scalars(select(Referral)).one().is_open


def test_a_crisis_that_no_human_was_told_of_is_held(lin: Person, session: Session, clock: FixedClock) -> None:
    from core.outbox import deliveries

    lin.says("你好")
    row = session.scalars(select(Interaction)).one()
    deliveries.owe(session, "unhandled_crisis", "u", clock.now(), {}, contact_id=lin.contact.id, interaction_id=row.id)
    session.flush()
    stub = erasure.erase(session, lin.contact, clock.now(), "asked")
    session.refresh(row)
    assert stub.counts["held"] == 1
    assert row.text == "你好"
    assert session.scalars(select(Delivery)).one().state == PENDING


# --- people who left --------------------------------------------------------------------------------------------


def test_who_left_thirty_days_ago_is_forgotten(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says(SECRET)
    lin.unfollows()
    clock.move(days=29)
    assert erase_all_departed(session, clock.now()) == 0
    clock.move(days=2)
    assert erase_all_departed(session, clock.now()) == 1
    assert residue(session, SECRET, lin.open_id) == []
    assert erase_all_departed(session, clock.now()) == 0


def test_who_left_with_an_open_case_is_not(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says("转人工")
    lin.unfollows()
    clock.move(days=31)
    assert erase_all_departed(session, clock.now()) == 0


def test_who_came_back_is_not(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.unfollows()
    clock.move(days=20)
    lin.follows()
    clock.move(days=20)
    assert erase_all_departed(session, clock.now()) == 0


# --- after a restore --------------------------------------------------------------------------------------------


def test_a_restored_backup_is_erased_again_from_the_kept_list(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says(SECRET)
    clock.move(hours=1)
    # The backup was made before the person asked: it holds their words and knows of no erasure.
    kept = [erasure.Listed(lin.contact.open_id_hash, clock.now(), "asked")]
    clock.move(days=1)
    assert erasure.replay_erasures(session, clock.now(), kept) == 1
    assert residue(session, SECRET, lin.open_id) == []
    assert session.scalars(select(Erasure.cause)).all() == ["asked"]


def test_what_came_after_the_erasure_is_not_touched(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says(SECRET)
    erasure.erase(session, lin.contact, clock.now(), "asked")
    clock.move(days=1)
    lin.says("我回来了")
    clock.move(days=1)
    assert erasure.replay_erasures(session, clock.now()) == 0
    assert residue(session, "我回来了") == ["interaction.text"]
    assert lin.contact.open_id == lin.open_id


def test_replaying_twice_does_no_more(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says(SECRET)
    kept = [erasure.Listed(lin.contact.open_id_hash, clock.now() + timedelta(hours=1), "asked")]
    clock.move(days=1)
    assert erasure.replay_erasures(session, clock.now(), kept) == 1
    assert erasure.replay_erasures(session, clock.now(), kept) == 0
    assert len(session.scalars(select(Erasure)).all()) == 1

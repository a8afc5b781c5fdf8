"""The sign-up machine (R17) against a simple model: a set of who has a seat, and a queue."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from core.contacts import contacts
from core.db import Database
from core.events import places, signups
from core.events.errors import AlreadySignedUp, EventFull
from core.events.models import CANCELLED, CONFIRMED, WAITING, Signup
from core.models import Base
from core.outbox.models import Delivery
from tests.support.fixtures_handlers import NOW
from tests.support.happenings import assert_sound, make_event

PEOPLE = st.sampled_from("abcdefg")


class SignupMachine(RuleBasedStateMachine):
    """Every verb in any order, by seven people, on an event of two seats."""

    url: ClassVar[str] = "sqlite:///:memory:"

    def __init__(self) -> None:
        super().__init__()
        self.database = Database(self.url)
        if self.database.is_sqlite:
            Base.metadata.create_all(self.database.engine)
        self.now = NOW
        self.transaction = self.database.transaction()
        self.session = self.transaction.__enter__()
        self.event = make_event(self.session, self.now, "machine", capacity=2)
        self.capacity, self.seated, self.queue, self.promoted = 2, set[str](), list[str](), 0

    def teardown(self) -> None:
        self.session.rollback()
        self.transaction.__exit__(None, None, None)
        self.database.close()

    @rule(who=PEOPLE)
    def sign_up(self, who: str) -> None:
        self.now += timedelta(seconds=1)
        if self._is_in(who):
            self._refused(AlreadySignedUp, who)
        elif len(self.seated) >= self.capacity:
            self._refused(EventFull, who)
        else:
            signups.sign_up(self.session, self.event, self._contact(who), {}, self.now)
            self.seated.add(who)

    @rule(who=PEOPLE, late=st.integers(0, 5))
    def join(self, who: str, late: int) -> None:
        """By a machine whose clock may be a little behind."""
        if self._is_in(who):
            return
        now = self.now - timedelta(seconds=late)
        signup = signups.join_waiting_list(self.session, self.event, self._contact(who), {}, now)
        if len(self.seated) < self.capacity:
            self.seated.add(who)
            assert signup.state == CONFIRMED
        else:
            self.queue.append(who)
            assert signup.state == WAITING

    @rule(who=PEOPLE)
    def cancel(self, who: str) -> None:
        if not self._is_in(who):
            return
        signup = places.find_live(self.session, self.event, self._contact(who))
        assert signup is not None
        moved = signups.cancel(self.session, signup, self.now)
        if who in self.queue:
            self.queue.remove(who)
            assert moved == []
        else:
            self.seated.remove(who)
            self._expect_moved(moved)

    @rule(capacity=st.integers(0, 5))
    def change_capacity(self, capacity: int) -> None:
        moved = signups.change_capacity(self.session, self.event, capacity, self.now)
        self.capacity = capacity
        self._expect_moved(moved)

    @invariant()
    def nothing_is_oversold_or_stranded(self) -> None:
        assert_sound(self.session, self.event)

    @invariant()
    def rows_and_model_agree(self) -> None:
        live = self.session.scalars(select(Signup).where(Signup.state != CANCELLED).order_by(Signup.queued_at)).all()
        names = {self._contact(who).id: who for who in "abcdefg"}
        assert {names[row.contact_id] for row in live if row.state == CONFIRMED} == self.seated
        assert [names[row.contact_id] for row in live if row.state == WAITING] == self.queue

    @invariant()
    def each_promotion_is_owed_once(self) -> None:
        assert len(self.session.scalars(select(Delivery)).all()) == self.promoted

    def _expect_moved(self, moved: list[Signup]) -> None:
        """Those at the head of the queue, in order, as many as there are free seats."""
        free = max(0, self.capacity - len(self.seated))
        expected, self.queue = self.queue[:free], self.queue[free:]
        self.seated |= set(expected)
        self.promoted += len(expected)
        assert [row.contact_id for row in moved] == [self._contact(who).id for who in expected]

    def _refused(self, error: type[Exception], who: str) -> None:
        with pytest.raises(error):
            signups.sign_up(self.session, self.event, self._contact(who), {}, self.now)

    def _contact(self, who: str) -> contacts.Contact:
        return contacts.meet(self.session, f"machine-{who}", self.now)

    def _is_in(self, who: str) -> bool:
        return who in self.seated or who in self.queue


def test_any_order_of_verbs_on_sqlite() -> None:
    run_state_machine_as_test(SignupMachine, settings=settings(max_examples=40, stateful_step_count=25, deadline=None))


def test_any_order_of_verbs_on_postgresql(postgres_url: str) -> None:
    machine = type("PostgresMachine", (SignupMachine,), {"url": postgres_url})
    checks = [HealthCheck.too_slow]
    short = settings(max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(machine, settings=short)

"""Staff bind their WeChat in chat: with a code that only they can see, once, within ten minutes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.staff import binding, staff
from core.staff.models import Staff
from tests.support.people import Person


@pytest.fixture
def lina(session: Session, clock: FixedClock) -> Staff:
    return staff.create_with_hash(session, "li.na", "李娜", "counselor", "$none", clock.now())


@pytest.fixture
def phone(person: Callable[[str], Person]) -> Person:
    """The WeChat that the counselor uses."""
    return person("lina-phone")


def test_the_code_from_the_console_binds_this_wechat(session, clock, lina, phone):
    code = binding.offer(session, lina.id, clock.now())
    assert phone.says("绑定工作台").key == "staff.bind"
    assert phone.says(code).key == "staff.bound"
    assert [(one.name, one.open_id) for one in staff.reachable_for_alerts(session)] == [("李娜", phone.open_id)]


def test_the_code_is_taken_as_it_is_typed_on_a_phone(session, clock, lina, phone):
    code = binding.offer(session, lina.id, clock.now())
    phone.says("绑定工作台")
    assert phone.says(f" {code.lower().replace('-', ' ')} ").key == "staff.bound"


def test_a_code_works_once_and_only_the_latest(session, clock, lina, phone, person):
    old, code = (binding.offer(session, lina.id, clock.now()) for _ in range(2))
    for said, key in ((old, "staff.bind_refused"), (code, "staff.bound")):
        phone.says("绑定工作台")
        assert phone.says(said).key == key
    other = person("thief")
    other.says("绑定工作台")
    assert other.says(code).key == "staff.bind_refused"


def test_after_ten_minutes_or_for_a_closed_account_it_is_refused(session, clock, lina, phone):
    code = binding.offer(session, lina.id, clock.now())
    clock.move(minutes=11)
    phone.says("绑定工作台")
    assert phone.says(code).key == "staff.bind_refused"
    code = binding.offer(session, lina.id, clock.now())
    staff.disable(session, lina.id, lina.version, clock.now())
    phone.says("绑定工作台")
    assert phone.says(code).key == "staff.bind_refused"


def test_a_wechat_of_another_account_stays_there(session, clock, lina, phone):
    other = staff.create_with_hash(session, "wang.wu", "王五", "supervisor", "$none", clock.now())
    staff.bind_wechat(session, other.id, phone.open_id)
    code = binding.offer(session, lina.id, clock.now())
    phone.says("绑定工作台")
    assert phone.says(code).key == "staff.bind_taken"
    assert other.open_id == phone.open_id


def test_a_cry_for_help_instead_of_a_code_is_heard(phone):
    phone.says("绑定工作台")
    assert phone.says("我不想活了").key.startswith("crisis")


def test_guessing_ends_the_dialogue(phone):
    phone.says("绑定工作台")
    assert phone.says("G-23456789").key == "staff.bind_refused"
    assert phone.says("G-23456789").key != "staff.bind_refused"

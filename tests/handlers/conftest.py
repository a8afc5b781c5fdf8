"""Lin, and an event with every kind of question."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.events.models import Event
from tests.support.happenings import AGE, NAME, PHONE, SCHOOL, make_event
from tests.support.people import Person


@pytest.fixture
def lin(person: Callable[[str], Person]) -> Person:
    return person("lin")


@pytest.fixture
def planting(session: Session, clock: FixedClock) -> Event:
    """A tree planting that asks for age, name, phone and, if one likes, the school."""
    return make_event(session, clock.now(), "101", title="保护母亲河·义务植树", fields=[AGE, NAME, PHONE, SCHOOL])

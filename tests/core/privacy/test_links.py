"""Download links (下载链接): only ours, only for a day, dead once erased."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.privacy import erasure, links
from tests.support.fixtures_handlers import NOW
from tests.support.people import Person


@pytest.fixture
def lin(person: Callable[[str], Person]) -> Person:
    return person("lin")


def test_a_link_names_its_holder_for_a_day(lin: Person, session: Session, clock: FixedClock) -> None:
    token = links.make(lin.contact, clock.now())
    clock.move(hours=23)
    assert links.holder(session, token, clock.now()) == lin.contact
    clock.move(hours=1)
    assert links.holder(session, token, clock.now()) is None


def test_a_token_fits_into_an_address_and_tells_nobody_whose_it_is(lin: Person, clock: FixedClock) -> None:
    token = links.make(lin.contact, clock.now())
    assert token.replace("-", "").replace("_", "").isalnum()
    assert str(lin.contact.id) not in token
    assert lin.contact.id.hex not in token


def test_a_changed_token_opens_nothing(lin: Person, session: Session, clock: FixedClock) -> None:
    token = links.make(lin.contact, clock.now())
    for index in range(len(token) - 1):  # the last letter may hold bits that mean nothing
        changed = token[:index] + ("A" if token[index] != "A" else "B") + token[index + 1 :]
        assert links.holder(session, changed, clock.now()) is None


@given(st.text(max_size=400))
def test_nonsense_opens_nothing_and_breaks_nothing(token: str) -> None:
    assert links.read(token, NOW) is None


def test_an_erased_person_has_no_link(lin: Person, session: Session, clock: FixedClock) -> None:
    token = links.make(lin.contact, clock.now())
    erasure.erase(session, lin.contact, clock.now(), "asked")
    assert links.holder(session, token, clock.now()) is None


def test_an_old_link_does_not_come_alive_when_the_person_comes_back(
    lin: Person, session: Session, clock: FixedClock
) -> None:
    token = links.make(lin.contact, clock.now())
    clock.move(minutes=1)
    erasure.erase(session, lin.contact, clock.now(), "asked")
    clock.move(minutes=1)
    lin.says("你好")
    assert links.holder(session, token, clock.now()) is None
    assert links.holder(session, links.make(lin.contact, clock.now()), clock.now()) == lin.contact

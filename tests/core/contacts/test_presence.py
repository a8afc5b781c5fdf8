"""Who follows us (关注状态)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.clock import FixedClock
from core.messages import PrivacyChange
from tests.support.people import Person


@pytest.fixture
def lin(person: Callable[[str], Person]) -> Person:
    return person("lin")


def test_following_and_leaving_are_noted(lin: Person, clock: FixedClock) -> None:
    lin.follows("poster-7")
    assert (lin.contact.subscribed_at, lin.contact.source_scene) == (clock.now(), "poster-7")
    clock.move(days=1)
    lin.unfollows()
    assert lin.contact.unsubscribed_at == clock.now()
    assert not lin.contact.is_subscribed


def test_a_message_means_that_the_person_follows(lin: Person) -> None:
    lin.says("你好")
    assert lin.contact.is_subscribed


def test_a_message_after_a_lost_subscribe_event_brings_the_person_back(lin: Person) -> None:
    lin.follows()
    lin.unfollows()
    lin.says("你好")
    assert lin.contact.is_subscribed


def test_every_push_of_the_person_is_a_sign_of_life(lin: Person, clock: FixedClock) -> None:
    lin.follows()
    clock.move(hours=5)
    lin.taps("menu.help")
    assert lin.contact.last_seen_at == clock.now()


def test_a_push_of_the_platform_is_none(lin: Person, clock: FixedClock) -> None:
    lin.follows()
    seen = lin.contact.last_seen_at
    clock.move(hours=5)
    lin.sends(PrivacyChange("user_info_modified", lin.open_id), "user_info_modified")
    assert lin.contact.last_seen_at == seen


def test_a_scene_that_is_too_long_for_its_column_is_cut(lin: Person) -> None:
    lin.follows("x" * 200)
    assert lin.contact.source_scene == "x" * 64

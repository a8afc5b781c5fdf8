"""Which events there are."""

from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock, local
from core.db import Database
from core.events import listing
from core.events.errors import EventNotFound
from core.events.models import Event
from tests.support.happenings import make_event


def test_open_are_those_one_can_sign_up_for_now(session: Session, clock: FixedClock) -> None:
    now = clock.now()
    make_event(session, now, "open")
    make_event(session, now, "later", signup_opens_at=now + timedelta(minutes=1))
    make_event(session, now, "closed", signup_closes_at=now)
    make_event(session, now, "hidden", published=False)
    make_event(session, now, "full", capacity=0)
    assert {event.number for event in listing.open_for_signup(session, now)} == {"open", "full"}
    assert {event.number for event in listing.coming(session, now)} == {"open", "later", "closed", "full"}


def test_the_next_comes_first(session: Session, clock: FixedClock) -> None:
    for number, days in (("1", 5), ("2", 3), ("3", 4)):
        make_event(session, clock.now(), number, starts_at=clock.now() + timedelta(days=days))
    assert [event.number for event in listing.open_for_signup(session, clock.now())] == ["2", "3", "1"]


def test_hidden_and_missing_events_are_the_same(session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "h", published=False)
    for number in ("h", "x", "", "1' OR 1=1"):
        with pytest.raises(EventNotFound):
            listing.get(session, number)


def test_numbered_keeps_the_order_and_leaves_out_what_is_gone(session: Session, clock: FixedClock) -> None:
    for number in "12":
        make_event(session, clock.now(), number)
    assert [event.number for event in listing.numbered(session, ["2", "9", "1"], clock.now())] == ["2", "1"]


def test_where_messages_share_a_transaction_a_change_is_seen_at_once(database_url: str, clock: FixedClock) -> None:
    with closing(Database(database_url)) as database:
        now = clock.now()

        def seen() -> list[tuple[str, int]]:
            with database.together() as session:
                return [(event.title, event.seats_left) for event in listing.coming(session, now)]

        with database.transaction() as session:
            event = make_event(session, now, "1", title="读书会", capacity=2)
        assert seen() == seen() == [("读书会", 2)]
        with database.transaction() as session:
            session.get_one(Event, event.id).taken = 1
        assert seen() == [("读书会", 1)]
        with database.together() as session:
            assert listing.coming(session, now + timedelta(days=3650)) == []
            assert [one.number for one in listing.numbered(session, ["1"], now + timedelta(days=3650))] == ["1"]


def test_one_short_word_in_common_is_not_enough(session: Session, clock: FixedClock) -> None:
    contest = make_event(session, clock.now(), "1", title="校园技能比武")
    assert listing.about([contest], ["预防", "校园", "欺凌"]) == []
    assert listing.about([contest], ["技能", "比武"]) == [contest]
    assert listing.about([contest], ["技能比武", "星期六", "上午", "地点"]) == [contest]


def test_who_shares_more_words_comes_first(session: Session, clock: FixedClock) -> None:
    fair = make_event(session, clock.now(), "1", title="青年人才专场招聘会")
    walk = make_event(session, clock.now(), "2", title="青年徒步")
    assert listing.about([walk, fair], ["青年", "招聘"]) == [fair, walk]
    assert listing.about([walk, fair], ["植树"]) == []


def test_a_day_is_the_citys_day(session: Session, clock: FixedClock) -> None:
    """23:30 in Zhengzhou is still the same day, whatever UTC says."""
    late = local(clock.now()).replace(hour=23, minute=30)
    event = make_event(session, clock.now(), starts_at=late)
    assert listing.on_day([event], late.date()) == [event]

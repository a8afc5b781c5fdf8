"""Demo events: there, sound, and never all in the past."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.events import demo, listing, places, signups
from core.events.models import CANCELLED, CONFIRMED, Event, Signup
from tests.support.happenings import assert_sound, make_event, somebody


def events(session: Session) -> list[Event]:
    return list(session.scalars(select(Event).order_by(Event.number)))


def test_a_second_run_changes_nothing(session: Session, clock: FixedClock) -> None:
    made = demo.seed(session, clock.now())
    before = [(one.number, one.starts_at, one.taken) for one in events(session)]
    rows = len(session.scalars(select(Signup)).all())
    assert made == len(before) > 0
    assert demo.seed(session, clock.now()) == 0
    assert [(one.number, one.starts_at, one.taken) for one in events(session)] == before
    assert len(session.scalars(select(Signup)).all()) == rows


def test_taken_seats_are_somebodys(session: Session, clock: FixedClock) -> None:
    demo.seed(session, clock.now())
    for event in events(session):
        assert_sound(session, event)


def test_there_is_always_something_to_sign_up_for(session: Session, clock: FixedClock) -> None:
    for _ in range(4):
        demo.seed(session, clock.now())
        assert listing.open_for_signup(session, clock.now())
        clock.move(days=40)


def test_events_that_are_over_get_a_new_date_and_stay_sound(session: Session, clock: FixedClock) -> None:
    demo.seed(session, clock.now())
    lin = somebody(session, clock.now(), "lin")
    event = listing.open_for_signup(session, clock.now())[0]
    mine = signups.sign_up(session, event, lin, {}, clock.now())
    numbers = [one.number for one in events(session)]
    clock.move(days=60)
    assert demo.seed(session, clock.now()) == len(numbers)
    assert [one.number for one in events(session)] == numbers
    assert all(one.starts_at > clock.now() for one in events(session))
    assert mine.state == CANCELLED, "it was for the old date"
    for one in events(session):
        assert_sound(session, one)


def test_a_live_sign_up_is_never_taken_away(session: Session, clock: FixedClock) -> None:
    demo.seed(session, clock.now())
    lin = somebody(session, clock.now(), "lin")
    last = max(listing.open_for_signup(session, clock.now()), key=lambda event: event.starts_at)
    mine = signups.sign_up(session, last, lin, {}, clock.now())
    clock.move(days=9)
    demo.seed(session, clock.now())
    assert mine.state == CONFIRMED
    assert places.live_of(session, lin, clock.now()) == [(mine, last)]


def test_events_of_the_house_are_left_alone(session: Session, clock: FixedClock) -> None:
    real = make_event(session, clock.now(), "R1")
    demo.seed(session, clock.now())
    starts_at = real.starts_at
    clock.move(days=60)
    demo.seed(session, clock.now())
    assert real.starts_at == starts_at

"""Events (活动) for tests: one call makes a valid one."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts import contacts
from core.contacts.models import Contact
from core.events import signups
from core.events.models import CONFIRMED, WAITING, Event, Signup

NAME = {"name": "name", "purpose": "现场签到时核对"}
PHONE = {"name": "phone", "purpose": "改期时通知你"}
AGE = {"name": "age", "purpose": "未满 14 岁需要家长陪同"}
SCHOOL = {"name": "school", "purpose": "安排座位", "required": False}


def make_event(session: Session, now: datetime, number: str = "7", **changes: Any) -> Event:
    """Open for sign-up until tomorrow, in three days, ten seats, no questions."""
    values: dict[str, Any] = {
        "number": number,
        "title": f"团讲堂第{number}期",
        "kind": "学习",
        "place": "青春家园教室",
        "district": "金水区",
        "starts_at": now + timedelta(days=3),
        "ends_at": now + timedelta(days=3, hours=2),
        "signup_opens_at": now - timedelta(days=1),
        "signup_closes_at": now + timedelta(days=1),
        "capacity": 10,
    }
    event = Event(**(values | changes))
    session.add(event)
    session.flush()
    return event


def somebody(session: Session, now: datetime, name: str) -> Contact:
    """A contact of this name."""
    return contacts.meet(session, f"o_test_{name}", now)


def count(session: Session, event: Event, state: str) -> int:
    """How many sign-ups of the event are in this state."""
    rows = select(func.count()).select_from(Signup).where(Signup.event_id == event.id, Signup.state == state)
    return session.scalar(rows) or 0


def assert_sound(session: Session, event: Event) -> None:
    """The promises of R17, whatever happened before: no seat too many, none stranded, the count is the rows."""
    session.refresh(event)
    confirmed, waiting = count(session, event, CONFIRMED), count(session, event, WAITING)
    assert event.taken == confirmed
    assert confirmed <= event.capacity or event.over_capacity
    assert event.over_capacity == (confirmed > event.capacity)
    assert not (waiting and confirmed < event.capacity), f"{event.capacity - confirmed} empty beside {waiting} waiting"


def rows(session: Session, state: str = CONFIRMED) -> list[Signup]:
    """All sign-ups in this state."""
    return list(session.scalars(select(Signup).where(Signup.state == state)))


def fill(session: Session, clock: FixedClock, event: Event, seats: int) -> list[Signup]:
    """Somebody else takes this many seats."""
    people = [somebody(session, clock.now(), f"guest{index}") for index in range(seats)]
    return [signups.sign_up(session, event, one, {}, clock.now()) for one in people]

"""Events (活动): what is coming, details, seats, what one is asked. Signing up comes with the next release."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from core.events import forms, listing, waiting_list
from core.events.models import Event
from core.resources import Resources
from mp_backend.backend import Call
from mp_backend.labels import field_label
from mp_backend.operations import FRESH, Operation
from mp_backend.pages.markdown import to_html
from mp_backend.paging import Key, PageQuery, cut

State = Literal["later", "open", "waiting", "full", "closed", "past"]
STATES = "later 还没开始报名；open 可以报名；waiting 满了，可以排候补；full 满了；closed 报名结束；past 活动结束"


class EventBrief(BaseModel):
    """An event (活动) as a list shows it; all times are UTC."""

    number: str
    title: str
    kind: str
    summary: str
    place: str
    district: str
    starts_at: datetime
    ends_at: datetime
    state: State = Field(description=STATES)
    capacity: int
    seats_left: int
    ages: str = Field(description="年龄要求，照着显示就行；空的表示不限")
    is_demo: bool = Field(description="是不是演示活动")


class EventPage(BaseModel):
    items: list[EventBrief]
    next: str | None


class Meeting(BaseModel):
    """One date of a series (场次)."""

    title: str
    starts_at: datetime
    ends_at: datetime | None


class Question(BaseModel):
    """One thing that is asked of whoever signs up, and what for."""

    name: str
    label: str
    purpose: str
    required: bool


class EventAnswer(EventBrief):
    """Everything of an event that anybody may see."""

    html: str = Field(description="介绍，已经清理过的 HTML")
    signup_opens_at: datetime
    signup_closes_at: datetime
    has_waiting_list: bool
    waiting: int = Field(description="有几个人在排候补")
    min_age: int | None
    max_age: int | None
    guardian_below: int = Field(description="不到这个年龄，要监护人同意才能报名")
    meetings: list[Meeting]
    form: list[Question]
    page: str = Field(description="手机网页的地址")


def _written_out(day: str) -> date:
    # Left alone, “0” would be the first of January 1970, and 2026-W48-6 a Saturday.
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII):
        raise ValueError("not a date")
    return date.fromisoformat(day)


Day = Annotated[date, BeforeValidator(_written_out)]


class EventQuery(PageQuery):
    """Which events."""

    open: bool = Field(False, description="只看现在可以报名（或排候补）的")
    district: str | None = Field(None, max_length=30, description="只看这个区县", examples=["金水区"])
    kind: str | None = Field(None, max_length=30, description="只看这一类", examples=["志愿"])
    day: Day | None = Field(None, description="只看这一天（北京时间）开始的", examples=["2026-11-28"])


def list_events(call: Call) -> EventPage:
    query: EventQuery = call.query
    now = call.backend.clock.now()
    with call.backend.database.reading() as session:
        page, following = cut(_wanted(session, query, now), _key, query)
        return EventPage(items=[EventBrief(**_told(event, now)) for event in page], next=following)


def show_event(call: Call) -> EventAnswer:
    with call.backend.database.reading() as session:
        event = listing.get(session, call.path["number"])
        return _whole(session, event, call.backend.resources, call.backend.clock.now())


def _wanted(session: Session, query: EventQuery, now: datetime) -> list[Event]:
    found = listing.open_for_signup(session, now) if query.open else listing.coming(session, now)
    if query.day:
        found = listing.on_day(found, query.day)
    asked = {"district": query.district, "kind": query.kind}
    return [event for event in found if all(value in (None, getattr(event, name)) for name, value in asked.items())]


def _key(event: Event) -> Key:
    return event.starts_at.isoformat(), event.number


def _told(event: Event, now: datetime) -> dict[str, Any]:
    return {
        "number": event.number,
        "title": event.title,
        "kind": event.kind,
        "summary": event.summary,
        "place": event.place,
        "district": event.district,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "state": listing.state_of(event, now),
        "capacity": event.capacity,
        "seats_left": event.seats_left,
        "ages": forms.ages(event),
        "is_demo": event.is_demo,
    }


def _whole(session: Session, event: Event, resources: Resources, now: datetime) -> EventAnswer:
    asked = forms.questions(event, forms.NOTHING)
    return EventAnswer(
        **_told(event, now),
        html=str(to_html(event.body)),
        signup_opens_at=event.signup_opens_at,
        signup_closes_at=event.signup_closes_at,
        has_waiting_list=event.has_waiting_list,
        waiting=waiting_list.queue_length(session, event),
        min_age=event.min_age,
        max_age=event.max_age,
        guardian_below=forms.GUARDIAN_AGE,
        meetings=[_meeting(one) for one in event.sessions],
        form=[_question(one, resources) for one in asked],
        page=resources.page(f"events/{event.number}"),
    )


def _meeting(one: dict[str, Any]) -> Meeting:
    return Meeting(title=one.get("title", ""), starts_at=one["starts_at"], ends_at=one.get("ends_at"))


def _question(one: forms.Question, resources: Resources) -> Question:
    label = field_label(resources.texts, one.name)
    return Question(name=one.name, label=label, purpose=one.purpose, required=one.required)


BRIEF = {
    "number": "301",
    "title": "周六义务植树",
    "kind": "志愿",
    "summary": "带上手套，种下一片林。",
    "place": "黄河湿地公园",
    "district": "惠济区",
    "starts_at": "2026-11-28T01:00:00Z",
    "ends_at": "2026-11-28T04:00:00Z",
    "state": "open",
    "capacity": 40,
    "seats_left": 37,
    "ages": "14 岁以上",
    "is_demo": True,
}
EVENT = BRIEF | {
    "html": "<p>集合地点……</p>",
    "signup_opens_at": "2026-11-20T00:00:00Z",
    "signup_closes_at": "2026-11-27T16:00:00Z",
    "has_waiting_list": True,
    "waiting": 0,
    "min_age": 14,
    "max_age": None,
    "guardian_below": 14,
    "meetings": [],
    "form": [{"name": "name", "label": "姓名", "purpose": "现场签到时核对", "required": True}],
    "page": "https://example.org/pages/events/301",
}
OPERATIONS = (
    Operation(
        "GET",
        "/events",
        list_events,
        "有哪些还没结束的活动，先开始的在前",
        "活动",
        EventPage,
        {"items": [BRIEF], "next": None},
        query=EventQuery,
        problems=("bad_cursor", "database_away"),
        cache=FRESH,
    ),
    Operation(
        "GET",
        "/events/{number}",
        show_event,
        "一个活动：还有几个名额、年龄要求、报名要填什么",
        "活动",
        EventAnswer,
        EVENT,
        path_examples={"number": "301"},
        problems=("event_not_found", "database_away"),
        cache=FRESH,
    ),
)

"""Demo events (演示活动), dated from today on, so that there is always something to sign up for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from content.errors import ContentError
from content.reading import Row, read_toml
from content.venues.venues import DISTRICTS

EVENTS_FILE = Path(__file__).parent / "events.toml"
CITY_TIME = ZoneInfo("Asia/Shanghai")
# What a sign-up form may ask for; each is asked with its purpose (P1).
FIELD_NAMES = ("name", "phone", "age", "school", "emergency_contact", "idea")


@dataclass(frozen=True)
class DemoField:
    """One thing the sign-up asks for (报名要填的一项), and why."""

    name: str
    purpose: str
    required: bool


@dataclass(frozen=True)
class DemoSession:
    """One meeting of a series (场次)."""

    title: str
    starts_in_days: int
    time: time
    duration_h: float

    def starts_at(self, today: date) -> datetime:
        return datetime.combine(today + timedelta(days=self.starts_in_days), self.time, CITY_TIME)


@dataclass(frozen=True)
class DemoEvent:
    """One event; `taken` seats are already filled by demo people. Days count from the day of loading."""

    number: str
    title: str
    kind: str
    place: str
    district: str
    starts_in_days: int
    time: time
    duration_h: float
    capacity: int
    taken: int
    waiting_list: bool
    min_age: int | None
    max_age: int | None
    signup_opens_in_days: int
    signup_closes_in_days: int
    fields: tuple[DemoField, ...]
    sessions: tuple[DemoSession, ...]
    summary: str
    body: str

    def starts_at(self, today: date) -> datetime:
        return datetime.combine(today + timedelta(days=self.starts_in_days), self.time, CITY_TIME)

    def ends_at(self, today: date) -> datetime:
        return self.starts_at(today) + timedelta(hours=self.duration_h)

    def signup_opens_at(self, today: date) -> datetime:
        return datetime.combine(today + timedelta(days=self.signup_opens_in_days), time(), CITY_TIME)

    def signup_closes_at(self, today: date) -> datetime:
        """The end of that day."""
        return datetime.combine(today + timedelta(days=self.signup_closes_in_days + 1), time(), CITY_TIME)


def load_events(path: Path = EVENTS_FILE) -> tuple[DemoEvent, ...]:
    top = Row(read_toml(path), path, "[[event]]")
    events = tuple(_read_event(fields, path, index) for index, fields in enumerate(top.take("event", list), 1))
    top.done()
    numbers = [event.number for event in events]
    for number in numbers:
        if numbers.count(number) > 1:
            raise ContentError(path, number, "编号写了两次", "改成不同的编号")
    return events


def _read_event(fields: dict[str, object], path: Path, index: int) -> DemoEvent:
    row = Row(fields, path, f"第 {index} 个 [[event]]")
    event = DemoEvent(
        number=row.text("number"),
        title=row.text("title"),
        kind=row.text("kind"),
        place=row.text("place"),
        district=row.text("district"),
        starts_in_days=row.number("starts_in_days"),
        time=row.take("time", time),
        duration_h=float(row.take("duration_h", (int, float))),
        capacity=row.number("capacity"),
        taken=row.number("taken", 0),
        waiting_list=row.take("waiting_list", bool),
        min_age=row.number("min_age", None),
        max_age=row.number("max_age", None),
        signup_opens_in_days=row.number("signup_opens_in_days"),
        signup_closes_in_days=row.number("signup_closes_in_days"),
        fields=tuple(_read_field(one, row) for one in row.take("field", list)),
        sessions=tuple(_read_session(one, row) for one in row.take("session", list, [])),
        summary=row.text("summary"),
        body=row.text("body"),
    )
    row.done()
    _check(event, row)
    return event


def _read_field(fields: dict[str, object], event: Row) -> DemoField:
    row = Row(fields, event.path, f"{event.where}的 field")
    field = DemoField(row.text("name"), row.text("purpose"), row.take("required", bool, True))
    row.done()
    if field.name not in FIELD_NAMES:
        raise row.error(f"不认识的报名项 {field.name}", "用这些之一：" + "、".join(FIELD_NAMES))
    return field


def _read_session(fields: dict[str, object], event: Row) -> DemoSession:
    row = Row(fields, event.path, f"{event.where}的 session")
    duration_h = float(row.take("duration_h", (int, float)))
    session = DemoSession(row.text("title"), row.number("starts_in_days"), row.take("time", time), duration_h)
    row.done()
    return session


def _check(event: DemoEvent, row: Row) -> None:
    if event.district not in DISTRICTS:
        raise row.error(f"不认识的区县“{event.district}”", "用这些之一：" + "、".join(DISTRICTS))
    if not 0 <= event.taken <= event.capacity or event.capacity < 1:
        raise row.error(f"名额 {event.capacity}、已报 {event.taken} 对不上", "名额至少 1，已报不能超过名额")
    if not event.signup_opens_in_days <= event.signup_closes_in_days <= event.starts_in_days:
        raise row.error("报名开始、报名截止、活动开始的先后不对", "按先后写：开始报名 ≤ 截止 ≤ 活动开始")
    if event.min_age is not None and event.max_age is not None and event.min_age > event.max_age:
        raise row.error("最小年龄大于最大年龄", "两个数字换过来")

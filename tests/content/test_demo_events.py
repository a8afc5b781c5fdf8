"""Demo events: always in the future, and fit for trying out every state of a sign-up."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

import simulator
from content.demo import load_events
from content.errors import ContentError

TODAY = date(2028, 2, 28)
EVENT = """[[event]]
number = "301"
title = "植树"
kind = "志愿服务"
place = "河边"
district = "惠济区"
starts_in_days = 6
time = 08:30:00
duration_h = 3.5
capacity = 2
waiting_list = true
signup_opens_in_days = -1
signup_closes_in_days = 4
summary = "种树"
body = "种树"
[[event.field]]
name = "name"
purpose = "签到"
"""


def test_the_code_on_the_phone_page_is_of_a_demo_event():
    cast = tomllib.loads((Path(simulator.__file__).parent / "cast.toml").read_text("utf-8"))
    scenes = {each["scene"].removeprefix("event:") for each in cast["scenes"] if each["scene"].startswith("event:")}
    assert scenes
    assert scenes <= {demo.number for demo in load_events()}


@pytest.fixture
def load(tmp_path: Path):
    def write(text: str):
        path = tmp_path / "events.toml"
        path.write_text(text, encoding="utf-8")
        return load_events(path)

    return write


def test_days_count_from_the_day_of_loading(load):
    (event,) = load(EVENT)
    assert event.starts_at(TODAY).isoformat() == "2028-03-05T08:30:00+08:00"
    assert event.ends_at(TODAY) - event.starts_at(TODAY) == timedelta(hours=3.5)
    assert event.signup_opens_at(TODAY).isoformat() == "2028-02-27T00:00:00+08:00"
    assert event.signup_closes_at(TODAY).isoformat() == "2028-03-04T00:00:00+08:00"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("惠济区", "海淀区", "不认识的区县"),
        ("capacity = 2", "capacity = 2\ntaken = 3", "对不上"),
        ("capacity = 2", "capacity = 0", "对不上"),
        ("signup_closes_in_days = 4", "signup_closes_in_days = 7", "先后不对"),
        ("capacity = 2", "capacity = 2\nmin_age = 15\nmax_age = 13", "最小年龄大于最大年龄"),
        ('name = "name"', 'name = "id_card"', "不认识的报名项 id_card"),
        ('purpose = "签到"', 'purpose = ""', "purpose 是空的"),
        ("waiting_list = true", 'waiting_list = "yes"', "waiting_list 的类型不对"),
        ('kind = "志愿服务"', 'knd = "志愿服务"', "缺少 kind"),
    ],
)
def test_a_slip_names_the_event_and_the_mend(load, old: str, new: str, problem: str):
    with pytest.raises(ContentError, match=rf"events\.toml · 第 1 个 \[\[event\]\].*{problem}"):
        load(EVENT.replace(old, new))


def test_a_number_used_twice_is_refused(load):
    with pytest.raises(ContentError, match="301：编号写了两次"):
        load(EVENT + EVENT)


# --- what is shipped


def test_every_shipped_event_lies_ahead_and_can_be_told_from_a_hotline():
    events = load_events()
    assert len(events) >= 10
    assert all(event.starts_at(TODAY).date() > TODAY for event in events)
    assert not {event.number for event in events} & {"110", "119", "120"}
    assert all("演示" in event.place for event in events)


def test_every_state_of_a_signup_can_be_tried():
    events = {event.title: event for event in load_events()}
    free = {title: event.capacity - event.taken for title, event in events.items()}
    assert any(event.capacity == 2 and event.waiting_list for event in events.values())
    assert 1 in free.values()
    assert any(event.signup_opens_in_days > 0 for event in events.values())
    assert any(not event.waiting_list for event in events.values())
    assert any(len(event.sessions) > 1 for event in events.values())
    assert any(field.required is False for event in events.values() for field in event.fields)


def test_the_ceremonies_are_for_their_ages():
    ages = {event.title: (event.min_age, event.max_age) for event in load_events()}
    assert ages["14 岁集体生日"] == (13, 15)
    assert ages["18 岁成人礼宣誓仪式"] == (17, 19)

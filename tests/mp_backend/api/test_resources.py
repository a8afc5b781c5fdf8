"""What columns, articles, events, venues and help lines say."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.clock import FixedClock, local
from core.db import Database
from core.events import listing, signups
from core.resources import Resources
from tests.mp_backend.api.errors import assert_error
from tests.support.happenings import AGE, NAME, make_event, somebody


def items(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


# --- help lines -------------------------------------------------------------------------------------------------


def test_help_lines_put_danger_first_and_claim_no_hours(client: FlaskClient, resources: Resources) -> None:
    answer = client.get("/api/v1/helplines")
    lines = answer.get_json()["items"]
    assert {line["number"] for line in lines[:3]} == {"120", "110", "119"}
    assert [line["danger"] for line in lines[:4]] == [True, True, True, False]
    assert len(lines) == len(list(resources.hotlines))
    # S3: nobody has checked them yet.
    assert {line["open_now"] for line in lines if not line["danger"]} == {None}
    assert {line["hours"] for line in lines} == {None}
    assert not re.search(r"\d{1,2}:\d\d|24 ?小时", answer.text)
    assert "核对" in answer.get_json()["note"]


# --- columns and articles ---------------------------------------------------------------------------------------


def test_columns_stand_in_their_order(client: FlaskClient, resources: Resources) -> None:
    told = items(client, "columns")
    assert [one["slug"] for one in told] == [one.slug for one in resources.library.columns()]
    assert told[0]["articles"] == len(resources.library.articles(told[0]["slug"]))
    assert told[0]["cover"].startswith("http://127.0.0.1:8000/pages/covers/")


def test_every_article_can_be_read_and_holds_no_script(client: FlaskClient, resources: Resources) -> None:
    count = 0
    for column in resources.library.columns():
        for article in items(client, f"articles?column={column.slug}&limit=50"):
            told = client.get(f"/api/v1/articles/{article['column']}/{article['slug']}").get_json()
            assert told["title"] == article["title"]
            assert told["html"].startswith("<")
            assert not re.search(r"<script|<iframe|javascript:|\son\w+=", told["html"])
            count += 1
    assert count == sum(len(resources.library.articles(one.slug)) for one in resources.library.columns())


def test_an_article_knows_its_neighbours(client: FlaskClient, resources: Resources) -> None:
    first, second, third = resources.library.articles("shijiuda")[:3]
    told = client.get(f"/api/v1/articles/shijiuda/{second.slug}").get_json()
    assert (told["previous"]["slug"], told["following"]["slug"]) == (first.slug, third.slug)
    assert client.get(f"/api/v1/articles/shijiuda/{first.slug}").get_json()["previous"] is None


def test_articles_are_found_by_what_they_are_about(client: FlaskClient) -> None:
    assert "乡村振兴" in items(client, "articles?q=乡村振兴")[0]["title"]
    assert items(client, "articles?q=火星") == []
    assert {one["column"] for one in items(client, "articles?q=志愿&column=zhiyuan")} <= {"zhiyuan"}
    assert items(client, "articles?column=x") == []


@pytest.mark.parametrize("words", ["%00", "%F0%9F%98%80", "'%22;--", "<b>", "%ED%A0%80", "..%2F", "*" * 30])
def test_odd_words_find_nothing_and_break_nothing(client: FlaskClient, words: str) -> None:
    assert client.get(f"/api/v1/articles?q={words}").status_code == 200
    assert client.get(f"/api/v1/venues?q={words}").status_code == 200
    assert client.get(f"/api/v1/events?kind={words}&district={words}").status_code == 200


# --- events -----------------------------------------------------------------------------------------------------


def test_events_are_those_of_the_pages(client: FlaskClient, store: Database, clock: FixedClock) -> None:
    with store.reading() as session:
        coming = [event.number for event in listing.coming(session, clock.now())]
        opened = [event.number for event in listing.open_for_signup(session, clock.now())]
    assert [one["number"] for one in items(client, "events?limit=50")] == coming
    assert [one["number"] for one in items(client, "events?limit=50&open=true")] == opened
    assert len(coming) > len(opened) > 0 or coming == opened


def test_events_are_filtered_by_day_district_and_kind(client: FlaskClient) -> None:
    every = items(client, "events?limit=50")
    one = every[0]
    day = local(datetime.fromisoformat(one["starts_at"])).date()
    assert one in items(client, f"events?day={day}")
    assert items(client, "events?day=1999-01-01") == []
    for name in ("district", "kind"):
        expected = [each for each in every if each[name] == one[name]]
        assert items(client, f"events?limit=50&{name}={one[name]}") == expected


@pytest.mark.parametrize("day", ["0", "today", "2026-13-01", "20261128", "2026-W48-6", "2026-11-28T00:00:00", ""])
def test_a_day_is_written_out(client: FlaskClient, day: str) -> None:
    told = assert_error(client.get(f"/api/v1/events?day={day}"), 400, "invalid_input")
    assert [fault.name for fault in told.fields or ()] == ["day"]


def test_an_event_tells_seats_ages_and_what_is_asked(client: FlaskClient, store: Database, clock: FixedClock) -> None:
    now = clock.now()
    with store.transaction() as session:
        event = make_event(session, now, "77", capacity=1, min_age=14, max_age=18, fields=[NAME, AGE])
        signups.sign_up(session, event, somebody(session, now, "lin"), {"name": "林晓", "age": 15}, now)
        signups.join_waiting_list(session, event, somebody(session, now, "wang"), {"name": "王明", "age": 15}, now)
    answer = client.get("/api/v1/events/77")
    told = answer.get_json()
    assert (told["capacity"], told["seats_left"], told["waiting"], told["state"]) == (1, 0, 1, "waiting")
    assert (told["min_age"], told["max_age"], told["ages"], told["guardian_below"]) == (14, 18, "14 到 18 岁", 14)
    assert [(one["name"], one["required"]) for one in told["form"]] == [("age", True), ("name", True)]
    assert all(re.search("[\u4e00-\u9fff]", one["label"]) for one in told["form"])
    assert told["starts_at"].endswith("Z")
    assert "林晓" not in answer.text


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "open"),
        ({"signup_opens_at": timedelta(hours=1)}, "later"),
        ({"signup_closes_at": timedelta(0)}, "closed"),
        ({"capacity": 0}, "waiting"),
        ({"capacity": 0, "has_waiting_list": False}, "full"),
        ({"ends_at": timedelta(0)}, "past"),
    ],
)
def test_the_state_says_what_one_can_do(
    client: FlaskClient, store: Database, clock: FixedClock, changes: dict[str, Any], state: str
) -> None:
    at = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in changes.items()}
    with store.transaction() as session:
        make_event(session, clock.now(), "77", **at)
    assert client.get("/api/v1/events/77").get_json()["state"] == state


def test_an_event_that_is_not_published_is_not_there(client: FlaskClient, store: Database, clock: FixedClock) -> None:
    with store.transaction() as session:
        make_event(session, clock.now(), "77", published=False)
    hidden, missing = client.get("/api/v1/events/77"), client.get("/api/v1/events/78")
    assert (hidden.status_code, hidden.data) == (missing.status_code, missing.data)


def test_a_page_goes_on_where_it_ended_though_events_come_and_go(
    client: FlaskClient, store: Database, clock: FixedClock
) -> None:
    first = client.get("/api/v1/events?limit=3").get_json()
    with store.transaction() as session:
        make_event(session, clock.now(), "new", starts_at=clock.now() + timedelta(minutes=1))
        gone = listing.get(session, first["items"][-1]["number"])
        gone.published = False
    following = items(client, f"events?limit=50&cursor={first['next']}")
    seen = [one["number"] for one in first["items"] + following]
    assert len(seen) == len(set(seen))
    assert "new" not in seen


def test_a_seat_that_goes_changes_the_etag(client: FlaskClient, store: Database, clock: FixedClock) -> None:
    with store.transaction() as session:
        event = make_event(session, clock.now(), "77")
    before = client.get("/api/v1/events/77")
    with store.transaction() as session:
        signups.sign_up(session, session.merge(event), somebody(session, clock.now(), "lin"), {}, clock.now())
    after = client.get("/api/v1/events/77", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert before.headers["Cache-Control"] == "no-cache"


# --- venues -----------------------------------------------------------------------------------------------------


def test_venues_are_found_by_district_and_words(client: FlaskClient, resources: Resources) -> None:
    count = len(resources.venues.in_district("金水区"))
    assert len(items(client, "venues?district=金水区&limit=50")) == min(count, 50)
    assert all("建设路" in one["address"] + one["name"] for one in items(client, "venues?q=建设路"))
    assert items(client, "venues?q=火星") == []


def test_a_venue_says_whether_anybody_has_checked_it(client: FlaskClient) -> None:
    assert client.get("/api/v1/venues/QCJY002").get_json()["checked"] is False

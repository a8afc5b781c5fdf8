"""青春家园 in chat: nearest to a location, by district, by name."""

from __future__ import annotations

import pytest

from core.messages import Location, LocationReport, LocationSelect
from core.resources import Resources
from tests.support.people import Person
from tests.support.reading import text

ERQI = Location(34.7525, 113.6680, 15, "二七广场")
BEIJING = Location(39.9042, 116.4074)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("青春家园", "venues.ask"),
        ("离我最近的青春家园", "venues.ask_location"),
        ("附近有青春家园吗", "venues.ask_location"),
        ("金水区有青春家园吗", "venues.in_district"),
        ("俺在新密，青春家园搁哪儿", "venues.in_district"),
        ("青春家园建设路", "venues.by_name"),
    ],
)
def test_words_lead_to_the_fitting_answer(lin: Person, words: str, key: str) -> None:
    assert lin.says(words).key == key


def test_the_menu_asks_where(lin: Person) -> None:
    assert lin.taps("venues.ask").key == "venues.ask"


def test_a_location_gives_the_three_nearest_in_order(lin: Person, resources: Resources) -> None:
    from core.venues.nearest import nearest

    reply = lin.sends(ERQI)
    assert reply.key == "venues.nearest"
    names = [one.venue.name for one in nearest(resources.venues, ERQI.latitude, ERQI.longitude)[:4]]
    found = [text(reply).find(name) for name in names]
    assert 0 <= found[0] < found[1] < found[2]
    assert found[3] == -1
    assert "米" in text(reply)
    assert "核对" in text(reply), "nobody has checked the list, so every answer says so"


def test_more_shows_what_is_farther_and_a_number_the_details(lin: Person) -> None:
    first = text(lin.sends(ERQI))
    second = text(lin.says("更多"))
    assert first.splitlines()[1] not in second
    details = lin.says("4")
    assert details.key == "venues.details"
    assert "/pages/venues/QCJY" in text(details)
    assert lin.says("2").key == "venues.details"


def test_nearest_after_a_location_uses_it(lin: Person) -> None:
    lin.sends(ERQI)
    lin.says("2")
    assert lin.says("最近的").key == "venues.details"
    assert lin.says("离我最近的青春家园").key == "venues.nearest"


def test_far_away_says_so(lin: Person) -> None:
    reply = lin.sends(BEIJING)
    assert reply.key == "venues.far_away"
    assert "公里" in text(reply)
    assert "\n1 " not in text(reply), "what is hundreds of kilometres away is no choice"
    assert lin.says("金水区").key == "venues.in_district"


def test_pages_turn_both_ways_and_a_sentence_chooses(lin: Person) -> None:
    first = text(lin.sends(ERQI))
    assert text(lin.says("更多")) != first
    assert text(lin.says("上一页")) == first
    assert lin.says("打开第2个").key == "venues.details"


@pytest.mark.parametrize("place", [(0.0, 0.0), (91.0, 113.6), (34.7, 200.0), (float("nan"), 113.0)])
def test_a_place_that_is_none_asks_again(lin: Person, place: tuple[float, float]) -> None:
    assert lin.sends(Location(*place)).key == "venues.bad_location"
    assert lin.says("金水区").key == "venues.in_district"


@pytest.mark.parametrize(
    "event",
    [LocationReport(34.75, 113.66, 65.0), LocationSelect("venues.ask", 34.75, 113.66, "二七广场")],
    ids=["report", "select"],
)
def test_positions_that_phones_report_by_themselves_get_no_answer(
    lin: Person, event: LocationReport | LocationSelect
) -> None:
    assert lin.sends(event, "LOCATION", "").key == "none"


@pytest.mark.parametrize("district", ["金水区", "金水", "新密", "巩义市", "郑东", "航空港区", "管城"])
def test_every_way_to_say_a_district_finds_it(lin: Person, district: str) -> None:
    lin.taps("venues.ask")
    assert lin.says(district).key == "venues.in_district"


def test_a_name_finds_the_venue(lin: Person, resources: Resources) -> None:
    venue = list(resources.venues)[20]
    lin.taps("venues.ask")
    reply = lin.says(venue.name)
    assert reply.key == "venues.by_name"
    assert venue.name in text(reply)


def test_an_unknown_place_asks_again_and_something_else_leaves(lin: Person) -> None:
    lin.taps("venues.ask")
    assert lin.says("火星东街").key == "venues.not_found"
    assert lin.says("我想报名").key.startswith("events.")


def test_a_qr_code_at_the_door_shows_the_venue(lin: Person) -> None:
    assert lin.scans("venue:QCJY002").key == "venues.details"
    assert lin.scans("venue:NOWHERE").key == "venues.not_found"


def test_answers_fit_into_one_message(lin: Person, resources: Resources) -> None:
    """Platform C: 2048 bytes."""
    for district in resources.venues.districts:
        lin.taps("venues.ask")
        assert len(text(lin.says(district)).encode()) < 2048

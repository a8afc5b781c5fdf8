"""The venues: all 169, each in the city, none of them passed off as checked."""

from pathlib import Path

import pytest

from content.errors import ContentError
from content.venues import Venues
from content.venues.venues import COLUMNS, DISTRICTS

HEAD = ",".join(COLUMNS)
ROW = "A1,青春家园·一站,金水区,某路 1 号,34.77,113.68,,,图书角、饮水,demo,演示"


@pytest.fixture
def written(tmp_path: Path):
    def write(*rows: str, head: str = HEAD, expected: int | None = None) -> Venues:
        path = tmp_path / "venues.csv"
        path.write_text("\n".join((head, *rows)), encoding="utf-8")
        return Venues.load(path, len(rows) if expected is None else expected)

    return write


def test_a_row_becomes_a_venue(written):
    (venue,) = written(ROW)
    assert venue.facilities == ("图书角", "饮水")
    assert (venue.latitude, venue.longitude) == (34.77, 113.68)
    assert venue.is_demo


def test_only_a_checked_venue_is_not_a_demo(written):
    assert [venue.is_demo for venue in written(ROW.replace(",demo,", ",checked,"))] == [False]
    assert [venue.is_demo for venue in written(ROW.replace(",demo,", ",article,"))] == [True]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (ROW.replace("34.77,113.68", "113.68,34.77"), "不在本市范围内"),
        (ROW.replace("34.77", "北纬34"), "经纬度不是数字"),
        (ROW.replace("34.77", "nan"), "不在本市范围内"),
        (ROW.replace("金水区", "海淀区"), "不认识的区县"),
        (ROW.replace(",demo,", ",guess,"), "不认识的来源"),
        (ROW.replace("青春家园·一站", ""), "name 是空的"),
        (ROW + ",多一格", "列数不对"),
        ("A1,青春家园", "列数不对"),
    ],
)
def test_a_bad_row_is_named_by_its_line(written, row: str, problem: str):
    other = ROW.replace("A1", "A0").replace("一站", "零站")
    with pytest.raises(ContentError, match=f"第 3 行：{problem}|第 3 行：.*{problem}"):
        written(other, row)


def test_a_venue_written_twice_names_both_lines(written):
    with pytest.raises(ContentError, match="第 3 行：“A1”和第 2 行重复"):
        written(ROW, ROW.replace("一站", "二站"))
    with pytest.raises(ContentError, match="第 3 行：“青春家园·一站”和第 2 行重复"):
        written(ROW, ROW.replace("A1", "A2"))


def test_a_row_too_few_is_noticed(written):
    with pytest.raises(ContentError, match="有 1 行，应当是 169 行"):
        written(ROW, expected=169)


def test_a_changed_heading_is_noticed(written):
    with pytest.raises(ContentError, match="表头不对"):
        written(ROW, head=HEAD.replace("district", "区县"))


# --- what is shipped


def test_the_shipped_list_covers_every_district():
    venues = Venues.load()
    assert len(venues) == 169
    assert {venue.district for venue in venues} == set(DISTRICTS)
    assert all(venues.in_district(district) for district in DISTRICTS)


def test_nobody_is_sent_to_a_demo_address_unwarned():
    venues = Venues.load()
    assert all("演示" in venue.note for venue in venues if venue.is_demo)
    assert not [venue.id for venue in venues if venue.phone]

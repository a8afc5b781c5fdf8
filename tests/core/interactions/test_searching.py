"""Finding interactions (互动记录): every filter, pages without gaps, words without an index, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from core.clock import SHANGHAI
from core.contacts import contacts, pseudonyms
from core.interactions import families, searching
from core.interactions.searching import Place, Wanted
from core.referrals import cases
from core.referrals.cases import Cause
from tests.support.exchanges import store

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI).astimezone(UTC)


def found(session: Session, **wanted: object) -> list[UUID]:
    return [row.id for row in searching.page(session, Wanted(**wanted)).rows]  # type: ignore[arg-type]


def test_newest_come_first_and_pages_have_neither_gap_nor_double(session):
    # Five in the same microsecond: only the id tells them apart.
    stored = [store(session, "lin", NOW - timedelta(minutes=number // 5)).id for number in range(23)]
    seen, behind = [], None
    while True:
        page = searching.page(session, Wanted(), behind, 4)
        seen += [row.id for row in page.rows]
        if page.next is None:
            break
        behind = Place.parse(str(page.next))
    assert sorted(seen) == sorted(stored)
    moments = [row.received_at for row in searching.page(session, Wanted()).rows]
    assert moments == sorted(moments, reverse=True)


def test_a_page_that_is_just_full_has_no_next_one(session):
    for number in range(4):
        store(session, "lin", NOW - timedelta(minutes=number))
    assert searching.page(session, Wanted(), None, 4).next is None
    assert searching.page(session, Wanted(), None, 3).next is not None


def test_time_has_a_beginning_that_counts_and_an_end_that_does_not(session):
    first, second = store(session, "lin", NOW).id, store(session, "lin", NOW + timedelta(hours=1)).id
    assert found(session, since=NOW, until=NOW + timedelta(hours=1)) == [first]
    assert found(session, since=NOW + timedelta(seconds=1)) == [second]


def test_a_risk_means_this_one_or_a_worse_one(session):
    rows = {risk: store(session, "lin", NOW, risk=risk).id for risk in ("none", "concern", "high", "imminent")}
    assert set(found(session, risk="high")) == {rows["high"], rows["imminent"]}
    assert set(found(session, risk="concern")) == set(rows.values()) - {rows["none"]}
    assert len(found(session, risk="none")) == 4


@pytest.mark.parametrize(
    ("route", "key"),
    [
        ("crisis", "crisis"),
        ("step:crisis.listen", "crisis"),
        ("concern", "concern"),
        ("keyword:referral.start", "referral"),
        ("intent:counseling", "referral"),
        ("step:menu.choose>referral.start", "referral"),
        ("click:events.list", "events"),
        ("scan:event", "events"),
        ("keyword:events.cancel", "events"),
        ("push:location", "venues"),
        ("keyword:talk.human_or_bot", "menu"),
        ("fallback", "fallback"),
        ("failed", "failed"),
        ("push:masssendjobfinish", "other"),
    ],
)
def test_a_route_is_found_under_the_family_it_is_shown_as(session, route, key):
    row = store(session, "lin", NOW, route=route)
    assert families.of(route).key == key
    assert found(session, family=key) == [row.id]


def test_what_only_looks_like_a_family_is_not_found_under_it(session):
    store(session, "lin", NOW, route="keyword:talk.human_or_bot")
    assert found(session, family="human") == []


def test_troubles_are_told_apart(session):
    silent = store(session, "lin", NOW, answer=None).id
    failed = store(session, "lin", NOW, route="failed", failure="KeyError").id
    spooled = store(session, "lin", NOW, route="study.list", spooled=True).id
    store(session, "lin", NOW, kind="unsubscribe", answer=None, route="push:unsubscribe")
    erased = store(session, "lin", NOW, text="", route="erased", answer=None)
    erased.erased_at, erased.reply_key = NOW, ""
    session.flush()
    assert found(session, trouble="unanswered") == [silent]
    assert found(session, trouble="failed") == [failed]
    assert found(session, trouble="spooled") == [spooled]


def test_a_case_number_finds_its_messages_alone(session):
    contact = contacts.meet(session, "o_test_lin", NOW)
    mine = store(session, "lin", NOW, risk="high")
    store(session, "lin", NOW)
    case = cases.open_crisis(session, contact, "high", "心理", Cause(mine.id, NOW))
    assert found(session, case=f" {case.number.lower()} ") == [mine.id]
    assert found(session, case="Z-NOBODY") == []


def test_a_pseudonym_finds_one_person_and_tells_nothing_of_the_open_id(session):
    mine = store(session, "lin", NOW)
    store(session, "wang", NOW)
    row = searching.row(session, mine.id)
    assert row is not None
    assert "lin" not in row.pseudonym
    written = pseudonyms.read(row.pseudonym)
    assert written is not None
    assert found(session, person=written) == [mine.id]
    assert pseudonyms.read(row.pseudonym.lower().replace("-", "").replace(" ", "")) == written


@pytest.mark.parametrize("nonsense", ["", "lin", "7F3A", "7F3A-2C1B-9", "' OR 1=1 --", "7F3A‐2C1B"])
def test_what_is_no_pseudonym_is_not_read_as_one(nonsense):
    assert pseudonyms.read(nonsense) is None


def test_words_are_found_in_sealed_texts_whatever_their_width_and_case(session):
    hit = store(session, "lin", NOW, text="郑州航空港区第一百零三中学的ＥＭＯ日记")
    store(session, "lin", NOW, text="我要报名")
    assert found(session, words="第一百零三中学 emo") == [hit.id]
    assert found(session, words="100%") == []


def test_a_search_says_how_far_it_came_and_goes_on_behind_it(session, monkeypatch):
    monkeypatch.setattr(searching, "SCANNED", 6)
    monkeypatch.setattr(searching, "BATCH", 3)
    for number in range(20):
        store(session, "lin", NOW - timedelta(minutes=number), text="要找的" if number == 14 else "别的")
    looked, behind, hits = [], None, []
    while True:
        page = searching.page(session, Wanted(words="要找的"), behind)
        looked.append(page.scanned)
        hits += page.rows
        if page.next is None:
            break
        behind = page.next
    assert looked == [6, 6, 6, 2]
    assert len(hits) == 1


def test_a_search_that_fills_its_page_loses_nothing_behind_it(session):
    stored = [store(session, "lin", NOW - timedelta(minutes=number), text="同一句").id for number in range(7)]
    first = searching.page(session, Wanted(words="同一句"), None, 3)
    second = searching.page(session, Wanted(words="同一句"), first.next, 10)
    assert [row.id for row in (*first.rows, *second.rows)] == stored


def test_a_text_that_does_not_open_spoils_no_search(session):
    broken = store(session, "lin", NOW, text="要找的")
    broken.text_sealed = b"\x01\x02k1" + bytes(40)
    good = store(session, "lin", NOW, text="要找的")
    assert found(session, words="要找的") == [good.id]


def test_neighbours_are_those_of_the_same_person(session):
    mine = [store(session, "lin", NOW + timedelta(minutes=number)).id for number in range(5)]
    store(session, "wang", NOW + timedelta(minutes=2))
    row = searching.row(session, mine[2])
    assert row is not None
    assert [one.id for one in searching.around(session, row, 1)] == mine[1:4]
    assert [one.id for one in searching.around(session, row, 10)] == mine


def test_what_concerns_nobody_has_no_neighbours(session):
    notice = store(session, "lin", NOW, contact_id=None, kind="masssendjobfinish", route="push:masssendjobfinish")
    row = searching.row(session, notice.id)
    assert row is not None
    assert row.pseudonym == ""
    assert [one.id for one in searching.around(session, row, 5)] == [notice.id]


def test_counting_stops_where_nobody_reads_any_more(session, monkeypatch):
    monkeypatch.setattr(searching, "COUNTED", 5)
    for _ in range(9):
        store(session, "lin", NOW)
    assert searching.count(session, Wanted()) == 6
    assert searching.row(session, uuid4()) is None


def test_an_export_walks_over_all_pages_up_to_its_limit(session, monkeypatch):
    monkeypatch.setattr(searching, "BATCH", 3)
    stored = [store(session, "lin", NOW - timedelta(minutes=number)).id for number in range(8)]

    class Reading:
        def __enter__(self):
            return session

        def __exit__(self, *error):
            return None

    assert [row.id for batch in searching.batches(Reading, Wanted(), 100) for row in batch] == stored
    assert [row.id for batch in searching.batches(Reading, Wanted(), 7) for row in batch] == stored[:7]


NOWHERE = "2026-11-23T10:00:00~3892dad5-0cc3-4a7f-be13-d98e28f09138"


@pytest.mark.parametrize("nonsense", ["", "~", "2026-11-23~x", NOWHERE, "x~y~z"])
def test_a_place_that_is_none_is_refused(nonsense):
    with pytest.raises(ValueError):
        Place.parse(nonsense)

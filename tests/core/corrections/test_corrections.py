"""Corrections: two people, no names, sealed, and gone with their source (P7, P8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from core.clock import FixedClock
from core.contacts import contacts
from core.corrections import corrections, personal
from core.corrections.corrections import Proposed, Wanted
from core.corrections.errors import (
    AlreadyDecided,
    AlreadyProposed,
    BadCorrection,
    CorrectionNotFound,
    NothingToCorrect,
    OwnCorrection,
)
from core.corrections.models import Correction
from core.db import Database
from core.outbox import sweeps
from core.privacy import erasure, export, holdings
from core.referrals import cases
from core.referrals.cases import Cause
from core.staff.permissions import COUNSELOR
from tests.support.exchanges import store as put
from tests.support.office import hire
from tests.support.threads import at_once

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KEEP = timedelta(days=180)
WHAT = Proposed("他们又在厕所门口堵我", "high", "counseling", "反复被围堵", "校园欺凌", ("indirect",))


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def desk(store: Database):
    """Two colleagues, and a message of Lin's."""
    with store.transaction() as session:
        one, two = (hire(session, COUNSELOR, NOW, f"c.{name}", name) for name in ("zhao", "qian"))
        message = put(session, "lin", NOW, "我叫张小雨，他们又在厕所门口堵我", route="fallback")
    return one.id, two.id, message.id


def propose(store, desk, what=WHAT, now=NOW):
    with store.transaction() as session:
        return corrections.propose(session, desk[2], what, desk[0], now, KEEP).id


def decide(store, which, by, is_right=True, note=""):
    with store.transaction() as session:
        return corrections.decide(session, which, by, is_right, note, NOW)


def rows(store) -> int:
    with store.reading() as session:
        return len(session.scalars(select(Correction)).all())


def exported(store, now=NOW):
    with store.reading() as session:
        return list(corrections.approved(session, now))


def test_two_people_make_an_example_in_the_form_of_the_labelled_data(store, desk):
    one = propose(store, desk)
    assert exported(store) == []
    decide(store, one, desk[1])
    (row,) = exported(store)
    assert list(row) == ["id", "text", "intent", "risk", "topic", "tags"]
    assert row["id"].startswith("c")
    assert list(row.values())[1:] == [WHAT.text, "counseling", "high", "校园欺凌", ["indirect"]]


def test_the_author_decides_nothing_and_not_even_the_database_would_let_them(store, desk):
    one = propose(store, desk)
    with pytest.raises(OwnCorrection):
        decide(store, one, desk[0])
    with store.transaction() as session:
        session.get_one(Correction, one).decided_by = desk[0]
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
    assert exported(store) == []


def test_a_no_needs_a_reason_and_is_never_exported(store, desk):
    one = propose(store, desk)
    with pytest.raises(BadCorrection):
        decide(store, one, desk[1], False)
    decide(store, one, desk[1], False, "还能认出是谁")
    assert exported(store) == []
    propose(store, desk)  # what was rejected may be tried again


def test_it_is_decided_once(store, desk):
    one = propose(store, desk)
    decide(store, one, desk[1])
    with pytest.raises(AlreadyDecided):
        decide(store, one, desk[1], False, "反悔了不通过")


def test_two_who_propose_at_once_make_one(store, desk):
    def go():
        try:
            propose(store, desk)
        except AlreadyProposed:
            return "late"
        return "first"

    assert sorted(at_once(*[go] * 4)) == ["first", "late", "late", "late"]
    assert rows(store) == 1


def test_a_name_that_came_back_is_taken_out_once_more(store, desk):
    one = propose(store, desk, replace(WHAT, text="我叫张小雨，13812345678", reason="王老师说的对，13812345678"))
    with store.reading() as session:
        row = session.get_one(Correction, one)
        assert row.text == "我叫〔姓名〕，〔电话〕"
        assert "1381" not in (row.reason or "")


def test_text_reason_and_note_are_sealed_at_rest(store, desk):
    decide(store, propose(store, desk), desk[1], True, "看过了没有名字")
    with store.reading() as session:
        stored = session.execute(text("SELECT text_sealed, reason_sealed, note_sealed FROM correction")).one()
    for sealed, words in zip(stored, (WHAT.text, WHAT.reason, "看过了没有名字"), strict=True):
        assert words.encode() not in bytes(sealed)


BAD = [
    ("text", {"text": "  "}),
    ("text", {"text": "长" * 2001}),
    ("risk", {"risk": "huge"}),
    ("intent", {"intent": "nothing"}),
    ("intent", {"intent": "events"}),
    ("topic", {"topic": ""}),
    ("topic", {"risk": "none", "intent": "events"}),
    ("reason", {"reason": "对"}),
]


@pytest.mark.parametrize(("field", "changes"), BAD)
def test_what_makes_no_sense_is_refused_by_name(store, desk, field, changes):
    with pytest.raises(BadCorrection) as refused:
        propose(store, desk, replace(WHAT, **changes))
    assert refused.value.values["field"] == field
    assert rows(store) == 0


def test_unknown_tags_are_left_out(store, desk):
    decide(store, propose(store, desk, replace(WHAT, tags=("x", "short", "typo"))), desk[1])
    assert exported(store)[0]["tags"] == ["typo", "short"]


def test_what_is_erased_or_has_no_words_cannot_be_corrected(store, desk):
    with store.transaction() as session:
        silent = put(session, "wang", NOW, None, kind="click").id
    with pytest.raises(NothingToCorrect):
        propose(store, (desk[0], desk[1], silent))
    with store.transaction() as session:
        erasure.erase(session, contacts.meet(session, "o_test_lin", NOW), NOW, "asked")
    with pytest.raises(NothingToCorrect):
        propose(store, desk)


# --- how long it is kept --------------------------------------------------------------------------------------------


def test_it_is_over_when_its_time_is_counted_from_what_was_said(store, desk):
    one = propose(store, desk, now=NOW + timedelta(days=100))
    decide(store, one, desk[1])
    last = NOW + KEEP - timedelta(seconds=1)
    assert exported(store, last)
    assert exported(store, NOW + KEEP) == []
    with store.transaction() as session:
        assert corrections.drop_expired(session, last) == 0
        assert corrections.drop_expired(session, NOW + KEEP) == 1
    assert rows(store) == 0


def test_the_sweep_is_one_of_the_clocks_and_drops_it(store, desk):
    propose(store, desk)
    every = {sweep.name: sweep for sweep in sweeps.all_of(store, FixedClock(NOW + KEEP), None)}  # type: ignore[arg-type]
    assert every["corrections"].run(lambda: False) == 1
    assert rows(store) == 0


def test_it_goes_with_its_source(store, desk):
    """Whatever empties an interaction, a retention job or somebody's hand."""
    one = propose(store, desk)
    decide(store, one, desk[1])
    with store.transaction() as session:
        corrections.source(session, desk[2]).erased_at = NOW
    assert exported(store) == [], "at once, not only when the sweep comes by"
    with pytest.raises(CorrectionNotFound), store.reading() as session:
        corrections.get(session, one, NOW)
    with store.transaction() as session:
        assert corrections.drop_expired(session, NOW) == 1


def test_it_is_erased_with_its_person_and_with_nobody_else(store, desk):
    propose(store, desk)
    with store.transaction() as session:
        other = put(session, "wang", NOW, "别人的话").id
    propose(store, (desk[0], desk[1], other))
    with store.transaction() as session:
        stub = erasure.erase(session, contacts.meet(session, "o_test_lin", NOW), NOW, "asked")
        assert stub.counts["corrections"] == 1
    assert rows(store) == 1


def test_it_is_erased_also_where_an_open_case_holds_the_message(store, desk):
    with store.transaction() as session:
        lin = contacts.meet(session, "o_test_lin", NOW)
        cases.ask_human(session, lin, Cause(desk[2], NOW))
    propose(store, desk)
    with store.transaction() as session:
        stub = erasure.erase(session, contacts.meet(session, "o_test_lin", NOW), NOW, "asked")
        assert stub.counts["held"] == 1
    assert rows(store) == 0


def test_a_restored_backup_forgets_it_again(store, desk):
    propose(store, desk)
    listed = erasure.Listed(_hash(store), NOW, "asked")
    with store.transaction() as session:
        assert erasure.replay_erasures(session, NOW, [listed]) == 1
    assert rows(store) == 0


def _hash(store) -> str:
    with store.reading() as session:
        return contacts.find(session, "o_test_lin").open_id_hash


def test_the_person_is_told_of_it_without_the_risk(store, desk):
    propose(store, desk)
    with store.transaction() as session:
        lin = contacts.meet(session, "o_test_lin", NOW)
        assert holdings.of(session, lin).examples == personal.count(session, lin) == 1
        (told,) = export.of(session, lin)["training_examples"]
    assert told["text"] == WHAT.text
    assert "risk" not in told


# --- finding --------------------------------------------------------------------------------------------------------


def test_words_are_found_in_text_and_reason(store, desk):
    propose(store, desk)
    with store.reading() as session:
        assert len(corrections.with_words(session, Wanted(words="厕所 围堵"), NOW)[0]) == 1
        assert corrections.with_words(session, Wanted(words="没有的"), NOW) == ([], 1)
        assert corrections.count(session, Wanted("approved"), NOW) == 0


def test_the_author_takes_back_what_waits_and_nobody_else_does(store, desk):
    one = propose(store, desk)
    with pytest.raises(CorrectionNotFound), store.transaction() as session:
        corrections.withdraw(session, one, desk[1], NOW)
    with store.transaction() as session:
        corrections.withdraw(session, one, desk[0], NOW)
    assert rows(store) == 0
    again = propose(store, desk)
    decide(store, again, desk[1])
    with pytest.raises(AlreadyDecided), store.transaction() as session:
        corrections.withdraw(session, again, desk[0], NOW)

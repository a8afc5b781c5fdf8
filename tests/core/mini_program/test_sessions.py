"""Log-ins on SQLite and on PostgreSQL: the same statements, the same end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from core import audit
from core.contacts import contacts
from core.contacts.models import Contact
from core.db import Database
from core.mini_program import personal, sessions
from core.mini_program.models import ABSOLUTE, IDLE, MiniProgramSession
from core.privacy import erasure, export

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def begin(store: Database, who: str = "omp_lin", now: datetime = NOW) -> str:
    with store.transaction() as session:
        return sessions.begin(session, who, None, "a key", now).token


def count(store: Database) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(MiniProgramSession)) or 0


def test_a_token_finds_its_person_and_no_other(store: Database) -> None:
    lin, wang = begin(store), begin(store, "omp_wang")
    with store.reading() as session:
        found = [sessions.find(session, token, NOW) for token in (lin, wang, lin + "x", "", "\x00", "\ud800")]
    assert [pair[1].open_id if pair else None for pair in found] == ["omp_lin", "omp_wang", None, None, None, None]


def test_only_what_is_over_is_dropped(store: Database) -> None:
    unused, used, last = begin(store), begin(store), begin(store)
    with store.transaction() as session:
        found = sessions.find(session, used, NOW)
        assert found is not None
        sessions.note(session, found[0].id, NOW + IDLE - timedelta(seconds=1))
        assert sessions.drop_expired(session, NOW + IDLE - timedelta(seconds=1)) == 0
        assert sessions.drop_expired(session, NOW + IDLE) == 2
        assert [sessions.find(session, token, NOW + IDLE) is None for token in (unused, used, last)] == [
            True,
            False,
            True,
        ]
        assert sessions.drop_expired(session, NOW + ABSOLUTE) == 1


def test_a_clock_that_goes_back_changes_nothing(store: Database) -> None:
    token = begin(store)
    with store.transaction() as session:
        found = sessions.find(session, token, NOW)
        assert found is not None
        sessions.note(session, found[0].id, NOW - timedelta(minutes=5))
        session.expire_all()
        assert found[0].seen_at == found[1].last_seen_at == NOW


def test_using_it_is_being_seen(store: Database) -> None:
    """Else an erasure list that is replayed would forget who the person is whom it must not touch (R24)."""
    token, later = begin(store), NOW + timedelta(hours=1)
    with store.transaction() as session:
        found = sessions.find(session, token, NOW)
        assert found is not None
        sessions.note(session, found[0].id, later)
        session.expire_all()
        assert found[1].last_seen_at == later


def test_many_phones_at_once_are_one_person(store: Database) -> None:
    threads = [threading.Thread(target=begin, args=(store,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == sessions.MOST_AT_ONCE
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 1


def test_an_erasure_ends_what_was_and_not_what_came_after(store: Database) -> None:
    later = NOW + timedelta(hours=1)
    begin(store)
    after = begin(store, now=later)
    with store.transaction() as session:
        contact = contacts.lock(session, "omp_lin")
        assert contact is not None
        assert personal.forget(session, contact, NOW) == 1
        assert sessions.find(session, after, later) is not None


def test_the_audit_finds_a_log_in_that_outlived_its_person(store: Database) -> None:
    begin(store)
    with store.transaction() as session:
        contact = contacts.lock(session, "omp_lin")
        assert contact is not None
        assert not audit.run(session, NOW)["erased_is_logged_out"]
        contact.erased_at = NOW
        session.flush()
        (breach,) = audit.run(session, NOW)["erased_is_logged_out"]
    assert "omp_lin" not in breach.subject


def test_a_copy_tells_of_log_ins_and_holds_no_key(store: Database) -> None:
    token = begin(store)
    with store.transaction() as session:
        contact = contacts.lock(session, "omp_lin")
        assert contact is not None
        told = export.of(session, contact)["logins"]
        assert told == [
            {
                "logged_in_at": NOW.isoformat(),
                "seen_at": NOW.isoformat(),
                "expires_at": (NOW + ABSOLUTE).isoformat(),
            }
        ]
        erasure.erase(session, contact, NOW, "asked")
        assert export.of(session, contact)["logins"] == []
        assert sessions.find(session, token, NOW) is None

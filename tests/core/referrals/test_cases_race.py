"""Many machines at once: still one open case per person (R2), on the production database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from core.contacts import contacts
from core.contacts.models import Contact
from core.db import Database
from core.referrals import cases
from core.referrals.cases import Cause
from core.referrals.models import CaseEvent, Referral

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
AT_ONCE = 8


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


def meet(database: Database) -> Contact:
    with database.transaction() as session:
        return contacts.meet(session, "o_lin", NOW)


def open_at_once(database: Database) -> list[bool]:
    """Everybody looks for a case before anybody opens one; True where it worked."""
    lin, barrier = meet(database), Barrier(AT_ONCE)

    def open_one(_: int) -> bool:
        try:
            with database.transaction() as session:
                assert cases.find_open(session, lin) is None
                barrier.wait(20)
                cases.open_crisis(session, lin, "high", "心理", Cause(None, NOW))
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(open_one, range(AT_ONCE)))


def open_cases(database: Database) -> int:
    with database.transaction() as session:
        return len(session.scalars(select(Referral).where(Referral.closed_at.is_(None))).all())


def test_people_who_write_twice_at_once_have_one_case_and_no_message_is_lost(postgres: Database) -> None:
    assert all(open_at_once(postgres))
    assert open_cases(postgres) == 1
    with postgres.transaction() as session:
        kinds = session.scalars(select(CaseEvent.kind)).all()
    assert kinds.count("message") == AT_ONCE
    assert kinds.count("opened") == 1


def test_without_the_index_there_would_be_several(postgres: Database) -> None:
    # Negative control: this race is real.
    with postgres.transaction() as session:
        session.execute(text("DROP INDEX uq_referral_open_case"))
    assert all(open_at_once(postgres))
    assert open_cases(postgres) > 1

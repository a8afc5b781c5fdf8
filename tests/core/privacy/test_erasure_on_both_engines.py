"""Erasure on SQLite and on PostgreSQL: the same statements, the same end (P8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contacts import contacts
from core.contacts.models import Contact
from core.db import Database
from core.interactions import interactions
from core.interactions.models import Interaction
from core.messages import InboundMessage, Text
from core.privacy import erasure
from core.referrals import cases
from core.referrals.cases import Cause
from core.referrals.models import CLOSED
from tests.support.erasing import erase_all_departed, finish_all

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def write(session: Session, contact: Contact, words: str, at: datetime) -> Interaction:
    row = interactions.claim(session, InboundMessage("o_lin", "gh_1", 0, words, Text(words)), at)
    assert row is not None
    row.contact_id, row.text = contact.id, words
    session.flush()
    return row


def words_left(session: Session) -> list[str]:
    session.expire_all()
    return [row.text for row in session.scalars(select(Interaction).order_by(Interaction.id)) if row.text]


def test_erase_hold_finish_and_replay(store: Database) -> None:
    with store.transaction() as session:
        lin = contacts.meet(session, "o_lin", NOW)
        write(session, lin, "聊天", NOW)
        asked = write(session, lin, "转人工", NOW)
        cases.ask_human(session, lin, Cause(asked.id, NOW))
        erasure.erase(session, lin, NOW, "asked")
        assert words_left(session) == ["转人工"]
    later = NOW + timedelta(days=1)
    with store.transaction() as session:
        held = cases.find_open(session, contacts.meet(session, "o_lin", NOW))
        assert held is not None
        held.state, held.closed_at = CLOSED, later
        session.flush()
        assert finish_all(session, later) == 1
        assert words_left(session) == []
    with store.transaction() as session:
        assert erasure.replay_erasures(session, later) == 0
        assert contacts.find(session, "o_lin").open_id is None  # type: ignore[union-attr]


def test_who_left_long_ago_is_found(store: Database) -> None:
    with store.transaction() as session:
        lin = contacts.meet(session, "o_lin", NOW)
        lin.unsubscribed_at = NOW
        write(session, lin, "聊天", NOW)
    with store.transaction() as session:
        assert erase_all_departed(session, NOW + timedelta(days=31)) == 1
        assert words_left(session) == []

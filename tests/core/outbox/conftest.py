"""A post office for tests: a real database, a WeChat that remembers, colleagues, and people who wrote to us."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.texts import Texts
from core.clock import FixedClock
from core.contacts import contacts
from core.contacts.models import Contact
from core.db import Database
from core.ids import new_id
from core.interactions.models import Interaction
from core.interactions.replies import pack
from core.messages import TextReply
from core.outbox import deliveries
from core.outbox.letters import Desk
from core.outbox.models import CUSTOMER_SERVICE_MESSAGE, Attempt, Delivery
from core.outbox.sending import Sender
from core.referrals import cases
from core.referrals.cases import Cause
from core.wechat.null import NullWeChat

NUMBERS = itertools.count(1)
FIELDS = ("character_string1", "phrase2", "thing3", "thing4")


@dataclass
class Colleague:
    """A member of staff, as far as alerts care."""

    role: str
    open_id: str


class PostOffice:
    """One deployment's outbox."""

    def __init__(self, database: Database, clock: FixedClock, say: Callable[..., TextReply]) -> None:
        self.database, self.clock, self.wechat = database, clock, NullWeChat()
        self.colleagues: list[Colleague] = []
        self._say = say
        self.sender = self.make_sender()

    def make_sender(self, wechat: Any = None, template: str = "alert-template", **options: Any) -> Sender:
        """A worker on this database; several may share it."""
        desk = Desk(self._say, lambda _: self.colleagues, template, FIELDS, "https://example.org/console/")
        return Sender(self.database, self.clock, wechat or self.wechat, desk, **options)

    def push_from(self, who: str, kind: str = "text", risk: str = "none", reply: str = "你好") -> UUID:
        """Something this person sent, stored with its reply; gives the interaction's id."""
        with self.database.transaction() as session:
            contact = contacts.meet(session, f"o_{who}", self.clock.now())
            row = Interaction(
                id=new_id(),
                contact_id=contact.id,
                dedupe_key=f"{next(NUMBERS):032}",
                kind=kind,
                sent_at=0,
                received_at=self.clock.now(),
                route="talk",
                risk=risk,
                reply_key="k",
            )
            row.reply = pack(TextReply("k", reply), 0)
            session.add(row)
            return row.id

    def owe_reply(self, who: str = "lin", **push: Any) -> UUID:
        """A late reply to what this person just sent."""
        interaction_id = self.push_from(who, **push)
        return self.owe_reply_to(interaction_id)

    def owe_reply_to(self, interaction_id: UUID) -> UUID:
        now = self.clock.now()
        with self.database.transaction() as session:
            interaction = session.get_one(Interaction, interaction_id)
            return deliveries.owe(
                session,
                CUSTOMER_SERVICE_MESSAGE,
                f"spool:{interaction_id}:{next(NUMBERS)}",
                now,
                {"interaction": str(interaction_id)},
                contact_id=interaction.contact_id,
                interaction_id=interaction_id,
                expires_at=interaction.received_at + deliveries.REPLY_WINDOW,
            ).id

    def owe_alert(self, who: str = "lin", risk: str = "high") -> UUID:
        """A case that somebody must be told of."""
        with self.database.transaction() as session:
            contact = contacts.meet(session, f"o_{who}", self.clock.now())
            cases.open_crisis(session, contact, risk, "心理", Cause(None, self.clock.now()))
            return session.scalars(select(Delivery.id).order_by(Delivery.id.desc())).first()

    def row(self, delivery_id: UUID) -> Delivery:
        with self.database.transaction() as session:
            return session.get_one(Delivery, delivery_id)

    def attempts(self, delivery_id: UUID | None = None) -> list[Attempt]:
        with self.database.transaction() as session:
            query = select(Attempt).order_by(Attempt.started_at, Attempt.id)
            return list(session.scalars(query.where(Attempt.delivery_id == delivery_id) if delivery_id else query))

    def contact(self, who: str) -> Contact:
        with self.database.transaction() as session:
            found = contacts.find(session, f"o_{who}")
            assert found is not None
            return found

    def work(self, **later: float) -> int:
        """Send what is due, after moving the clock."""
        self.clock.move(**later)
        return self.sender.send_due()

    def in_transaction(self, work: Callable[[Session, datetime], Any]) -> Any:
        with self.database.transaction() as session:
            return work(session, self.clock.now())


@pytest.fixture
def opened(database_url) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def say() -> Callable[..., TextReply]:
    """The house's own texts; nothing else of its content is needed here."""
    texts = Texts.load()
    return lambda key, _now, variant=0, /, **values: TextReply(key, texts.get(key, variant, **values))


@pytest.fixture
def office(opened, clock, say) -> PostOffice:
    """On SQLite, and again on PostgreSQL."""
    return PostOffice(opened, clock, say)


@pytest.fixture
def quick_office(sqlite_url, clock, say) -> Iterator[PostOffice]:
    """On SQLite alone, where SQL is not the question."""
    database = Database(sqlite_url)
    yield PostOffice(database, clock, say)
    database.close()

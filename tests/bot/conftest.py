"""A whole bot for tests: real parts around a real database, without a web server."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from bot.inbound import read_message
from bot.parts import Parts, build
from bot.pipeline import Answer
from tests.support import pushes

NUMBERS = itertools.count(24_100_000_000_000_001)


class Bot:
    """Parts of one process, and a follower's phone."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def hears(self, text: str, who: str = "lin", number: int | None = None) -> Answer:
        """A text message, with a MsgId of its own unless told."""
        return self.gets(pushes.text_xml(f"o_{who}", text, number or next(NUMBERS)))

    def gets(self, xml: str) -> Answer:
        """Any push."""
        return self.parts.pipeline.receive(read_message(xml))

    def rows(self, model, *conditions) -> list:
        """What is stored."""
        with self.parts.store.database.transaction() as session:
            return list(session.query(model).filter(*conditions).order_by(model.id))


@pytest.fixture
def make_bot(settings, resources, keyring, tmp_path) -> Iterator[Callable[..., Bot]]:
    """`make_bot(url, spool="spool", **settings)`: one process; several may share a database."""
    made: list[Bot] = []

    def make(url: str, spool: str = "spool", **changes) -> Bot:
        # A loaded test machine is no database that hangs.
        ours = {"database_url": url, "spool_dir": str(tmp_path / spool), "answer_deadline_s": 30.0}
        own = settings.model_copy(update=ours | changes)
        made.append(Bot(build(own, resources=resources)))
        return made[-1]

    yield make
    for bot in made:
        bot.parts.store.database.close()


@pytest.fixture
def bot(make_bot, database_url) -> Bot:
    """One process on SQLite, and again on PostgreSQL."""
    return make_bot(database_url)

"""Find stored interactions (互动记录) for follow-up: filters, pages, words.

What people wrote is sealed and there is no index of their words: a search for words opens the newest rows that fit the
other filters, a bounded number at a time, and says how far back it came.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session, load_only

from content.lexicon import RISKS
from core.contacts import pseudonyms
from core.contacts.models import Contact
from core.crypto import SealBroken
from core.interactions import families, kinds
from core.interactions.models import Interaction
from core.referrals import finding

PAGE = 50
# Opened for one request while somebody waits for the page: about 50 ms.
SCANNED = 2000
BATCH = 500
COUNTED = 1000
# A sealed text is this much longer than the text itself, and a Chinese character takes three bytes.
_SEAL, _BYTES_PER_CHARACTER = 32, 3

SILENT = ("", "none")
Condition = Callable[[], ColumnElement[bool]]


def _unanswered() -> ColumnElement[bool]:
    silent = and_(Interaction.reply_key.in_(SILENT), Interaction.erased_at.is_(None))
    return and_(Interaction.direction == "in", Interaction.kind.in_(kinds.AWAITED), silent)


# What may have gone wrong with an exchange (异常).
TROUBLES: dict[str, Condition] = {
    "unanswered": _unanswered,
    "failed": lambda: Interaction.route == "failed",
    "spooled": lambda: Interaction.spooled.is_(True),
    "fallback": lambda: families.passed_through(families.FALLBACK),
}


@dataclass(frozen=True)
class Wanted:
    """What to look for; None and "" ask for nothing. `risk` means this one or a worse one."""

    since: datetime | None = None
    until: datetime | None = None
    family: str = ""
    risk: str = ""
    kind: str = ""
    trouble: str = ""
    case: str = ""
    person: str = ""
    words: str = ""


@dataclass(frozen=True)
class Place:
    """Where a page ended: the next one begins behind it."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.id}"

    @classmethod
    def parse(cls, written: str) -> Place:
        """Raises ValueError for anything that is no place."""
        at, _, identity = written.partition("~")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a place without time zone")
        return cls(moment, UUID(identity))


@dataclass(frozen=True)
class Row:
    """One line of the list: everything but what was said."""

    id: UUID
    received_at: datetime
    direction: str
    kind: str
    route: str
    risk: str
    topic: str
    latency_ms: float | None
    spooled: bool
    reply_key: str
    erased_at: datetime | None
    contact_id: UUID | None
    open_id_hash: str | None
    sealed_length: int | None

    @property
    def pseudonym(self) -> str:
        """关注者 7F3A-2C1B; "" for what concerns nobody."""
        return pseudonyms.of(self.open_id_hash) if self.open_id_hash else ""

    @property
    def characters(self) -> int:
        """How much was written, roughly; the words stay sealed."""
        return max(1, ((self.sealed_length or 0) - _SEAL) // _BYTES_PER_CHARACTER) if self.sealed_length else 0

    @property
    def family(self) -> families.Family:
        """What the exchange was about."""
        return families.of(self.route)

    @property
    def is_unanswered(self) -> bool:
        """Whether somebody waits for an answer that was not given."""
        awaited = self.direction == "in" and self.kind in kinds.AWAITED
        return awaited and self.reply_key in SILENT and self.erased_at is None

    @property
    def has_failed(self) -> bool:
        """Whether a handler broke."""
        return self.route == "failed"

    @property
    def place(self) -> Place:
        """Where the list is continued behind this row."""
        return Place(self.received_at, self.id)


@dataclass(frozen=True)
class Page:
    """A page of the list; `scanned` is how many texts were opened to find it, None when none had to be."""

    rows: Sequence[Row]
    next: Place | None
    scanned: int | None = None


def page(session: Session, wanted: Wanted, behind: Place | None = None, size: int = PAGE) -> Page:
    """The newest that fit, or those behind a place."""
    if wanted.words:
        return _page_with_words(session, wanted, behind, size)
    rows = _rows(session, _newest_first(_columns(), wanted, behind).limit(size + 1))
    return Page(rows[:size], rows[size - 1].place if len(rows) > size else None)


def batches(read: Callable[[], Any], wanted: Wanted, limit: int) -> Iterator[Sequence[Row]]:
    """All that fit, up to a limit, newest first, for an export; each batch in a short reading of its own."""
    behind, left = None, limit
    while left > 0:
        with read() as session:
            found = page(session, wanted, behind, min(BATCH, left))
        if found.rows:
            yield found.rows
        behind, left = found.next, left - max(1, len(found.rows))
        if behind is None:
            return


def count(session: Session, wanted: Wanted) -> int:
    """How many fit, counted up to COUNTED + 1: more than that nobody reads anyway. Words are not looked at."""
    some = _where(select(Interaction.id), wanted).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def row(session: Session, identity: UUID) -> Row | None:
    """One line of the list, or None."""
    found = _rows(session, _columns().where(Interaction.id == identity))
    return found[0] if found else None


def around(session: Session, one: Row, count: int) -> Sequence[Interaction]:
    """The exchange between those of the same person before and after it, oldest first; to be read with a reason."""
    mine = select(Interaction).where(Interaction.id == one.id)
    if one.contact_id is None:
        return session.scalars(mine).all()
    position = tuple_(Interaction.received_at, Interaction.id)
    here = tuple_(one.received_at, one.id)
    theirs = select(Interaction).where(Interaction.contact_id == one.contact_id)
    before = theirs.where(position < here).order_by(Interaction.received_at.desc(), Interaction.id.desc())
    after = theirs.where(position > here).order_by(Interaction.received_at, Interaction.id)
    earlier = session.scalars(before.limit(count)).all()
    return [*reversed(earlier), *session.scalars(mine), *session.scalars(after.limit(count))]


def plain(text: str) -> str:
    """How words are compared: full-width and capital letters do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def _page_with_words(session: Session, wanted: Wanted, behind: Place | None, size: int) -> Page:
    words, scanned = plain(wanted.words).split(), 0
    hits: list[UUID] = []
    place = behind
    while scanned < SCANNED and len(hits) < size:
        wide = min(BATCH, SCANNED - scanned)
        batch = session.scalars(_with_text(wanted, place).limit(wide)).all()
        for one in batch:
            scanned, place = scanned + 1, Place(one.received_at, one.id)
            if _holds(one, words):
                hits.append(one.id)
            if len(hits) == size:
                break
        session.expunge_all()
        if len(batch) < wide and len(hits) < size:
            place = None
            break
    return Page(_rows(session, _newest_first(_columns().where(Interaction.id.in_(hits)), Wanted())), place, scanned)


def _with_text(wanted: Wanted, behind: Place | None) -> Select[Any]:
    few = load_only(Interaction.id, Interaction.received_at, Interaction.text_sealed)
    return _newest_first(select(Interaction).where(Interaction.text_sealed.is_not(None)), wanted, behind).options(few)


def _holds(one: Interaction, words: Sequence[str]) -> bool:
    try:
        text = plain(one.text or "")
    except SealBroken:
        return False
    return all(word in text for word in words)


def _columns() -> Select[Any]:
    query = select(
        Interaction.id,
        Interaction.received_at,
        Interaction.direction,
        Interaction.kind,
        Interaction.route,
        Interaction.risk,
        Interaction.topic,
        Interaction.latency_ms,
        Interaction.spooled,
        Interaction.reply_key,
        Interaction.erased_at,
        Interaction.contact_id,
        Contact.open_id_hash,
        func.length(Interaction.text_sealed).label("sealed_length"),
    )
    return cast("Select[Any]", query).outerjoin(Contact, Contact.id == Interaction.contact_id)


def _rows(session: Session, query: Select[Any]) -> list[Row]:
    return [Row(*found) for found in session.execute(query)]


def _newest_first(query: Select[Any], wanted: Wanted, behind: Place | None = None) -> Select[Any]:
    query = _where(query, wanted).order_by(Interaction.received_at.desc(), Interaction.id.desc())
    if behind is None:
        return query
    return query.where(tuple_(Interaction.received_at, Interaction.id) < tuple_(behind.at, behind.id))


def _where(query: Select[Any], wanted: Wanted) -> Select[Any]:
    for condition in _conditions(wanted):
        query = query.where(condition)
    return query


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since:
        yield Interaction.received_at >= wanted.since
    if wanted.until:
        yield Interaction.received_at < wanted.until
    if family := families.by_key(wanted.family):
        yield families.passed_through(family)
    if wanted.risk in RISKS:
        yield Interaction.risk.in_(RISKS[RISKS.index(wanted.risk) :])
    if wanted.kind:
        yield Interaction.kind == wanted.kind
    if wanted.trouble in TROUBLES:
        yield TROUBLES[wanted.trouble]()
    yield from _conditions_on_people(wanted)


def _conditions_on_people(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.case:
        yield Interaction.id.in_(finding.messages_of(wanted.case))
    if wanted.person:
        yield Interaction.contact_id.in_(pseudonyms.behind(wanted.person))

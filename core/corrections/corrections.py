"""Propose, decide, find and drop corrections (纠正样本)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.lexicon import INTENTS, RISKS, TOPICS
from core.corrections.deidentify import clean
from core.corrections.errors import (
    AlreadyDecided,
    AlreadyProposed,
    BadCorrection,
    CorrectionNotFound,
    NothingToCorrect,
    OwnCorrection,
)
from core.corrections.models import APPROVED, PENDING, REJECTED, Correction
from core.crypto import SealBroken
from core.db import changed_rows
from core.interactions.models import Interaction
from core.interactions.searching import plain

# The words of the labelled data: shared/data/README.md.
TAGS = {
    "typo": "错别字",
    "pinyin": "拼音",
    "homophone": "谐音",
    "spaced": "字间有空格",
    "traditional": "繁体",
    "fullwidth": "全角",
    "emoji": "表情",
    "english": "英文",
    "dialect": "方言",
    "voice": "语音转文字",
    "short": "很短",
    "long": "很长",
    "negation": "否定",
    "past": "过去的事",
    "third_party": "说别人",
    "indirect": "没有明说",
    "mixed": "两件事",
    "keyword_trap": "关键词另有意思",
    "hyperbole": "夸张",
    "game": "游戏",
    "lyric": "歌词",
    "news": "新闻、书、作业",
    "ambiguous": "说不准",
}
LONGEST_TEXT, SHORTEST_REASON, LONGEST_REASON = 2000, 4, 300
# For one search while somebody waits; there are never many.
SCANNED = 2000


@dataclass(frozen=True)
class Proposed:
    """What somebody wants to put right, as it came from the form."""

    text: str
    risk: str
    intent: str
    reason: str
    topic: str = ""
    tags: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Wanted:
    """What to list; "" asks for nothing."""

    state: str = ""
    words: str = ""


def source(session: Session, interaction_id: UUID) -> Interaction:
    """The message that is to be corrected. Raises NothingToCorrect."""
    found = session.get(Interaction, interaction_id)
    if found is None or found.text_sealed is None or found.erased_at is not None:
        raise NothingToCorrect()
    return found


def checked(proposed: Proposed) -> Proposed:
    """The same, cleaned once more: whoever edits a text may put a name back by mistake. Raises BadCorrection."""
    text, reason = clean(proposed.text.strip()).text, " ".join(clean(proposed.reason).text.split())
    if not text:
        raise BadCorrection(field="text", why="样本里一个字都没有，请留下要学的那句话")
    if len(text) > LONGEST_TEXT:
        raise BadCorrection(field="text", why=f"样本太长，最多 {LONGEST_TEXT} 个字，请只留要紧的部分")
    if proposed.risk not in RISKS:
        raise BadCorrection(field="risk", why="请选一个风险等级")
    if proposed.intent not in INTENTS:
        raise BadCorrection(field="intent", why="请选一个意图")
    if proposed.risk != "none" and proposed.intent != "counseling":
        raise BadCorrection(field="intent", why="有风险的话，意图一律是“求助和咨询”")
    if (proposed.intent == "counseling") != (proposed.topic in TOPICS):
        raise BadCorrection(field="topic", why="“求助和咨询”要选一个话题，其他意图不选")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise BadCorrection(field="reason", why=f"请写明为什么，{SHORTEST_REASON} 到 {LONGEST_REASON} 个字")
    tags = tuple(tag for tag in TAGS if tag in proposed.tags)
    return Proposed(text, proposed.risk, proposed.intent, reason, proposed.topic, tags)


def propose(
    session: Session, interaction_id: UUID, proposed: Proposed, author_id: UUID, now: datetime, keep: timedelta
) -> Correction:
    """Keep it for a second person to look at. Raises NothingToCorrect, BadCorrection, AlreadyProposed."""
    what, message = checked(proposed), source(session, interaction_id)
    row = Correction(
        interaction_id=message.id,
        contact_id=message.contact_id,
        said_at=message.received_at,
        text=what.text,
        reason=what.reason,
        was_route=message.route,
        was_risk=message.risk,
        was_intent=message.intent,
        risk=what.risk,
        intent=what.intent,
        topic=what.topic,
        tags=list(what.tags),
        state=PENDING,
        author_id=author_id,
        created_at=now,
        # Counted from what was said, not from when somebody came by: the source has an end too (P7).
        expires_at=message.received_at + keep,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise AlreadyProposed() from None
    return row


def get(session: Session, correction_id: UUID, now: datetime) -> Correction:
    """Raises CorrectionNotFound, also for one that is over and only not swept yet."""
    row = session.scalar(select(Correction).where(Correction.id == correction_id, _stands(now)))
    if row is None:
        raise CorrectionNotFound()
    return row


def decide(session: Session, correction_id: UUID, by: UUID, is_right: bool, note: str, now: datetime) -> Correction:
    """A second person says yes or no, once.

    Raises CorrectionNotFound, OwnCorrection, AlreadyDecided, BadCorrection (no reason for a no).
    """
    query = select(Correction).where(Correction.id == correction_id, _stands(now)).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise CorrectionNotFound()
    if row.author_id == by:
        raise OwnCorrection()
    if row.state != PENDING:
        raise AlreadyDecided()
    note = " ".join(clean(note).text.split())[:LONGEST_REASON]
    if not is_right and len(note) < SHORTEST_REASON:
        raise BadCorrection(field="note", why=f"不通过要写明为什么，至少 {SHORTEST_REASON} 个字")
    row.state, row.decided_by, row.decided_at = (APPROVED if is_right else REJECTED), by, now
    row.note = note or None
    session.flush()
    return row


def withdraw(session: Session, correction_id: UUID, by: UUID, now: datetime) -> None:
    """The author takes back what nobody has decided. Raises CorrectionNotFound, AlreadyDecided."""
    row = get(session, correction_id, now)
    if row.author_id != by:
        raise CorrectionNotFound()
    mine = delete(Correction).where(Correction.id == correction_id, Correction.state == PENDING)
    if not changed_rows(session, mine):
        raise AlreadyDecided()


def of_interaction(session: Session, interaction_id: UUID, now: datetime) -> Correction | None:
    """The one that stands for this message."""
    query = select(Correction).where(Correction.interaction_id == interaction_id, _stands(now))
    return session.scalar(query.where(Correction.state != REJECTED))


def count(session: Session, wanted: Wanted, now: datetime) -> int:
    """How many there are, words aside."""
    return session.scalar(_matching(select(func.count()).select_from(Correction), wanted, now)) or 0


def page(session: Session, wanted: Wanted, now: datetime, limit: int, offset: int) -> Sequence[Correction]:
    """Newest first, words aside."""
    return session.scalars(_newest_first(wanted, now).limit(limit).offset(offset)).all()


def with_words(session: Session, wanted: Wanted, now: datetime) -> tuple[list[Correction], int]:
    """Those whose text or reason holds all the words, newest first, and how many were opened to find them."""
    rows, words = session.scalars(_newest_first(wanted, now).limit(SCANNED)).all(), plain(wanted.words).split()
    return [row for row in rows if _holds(row, words)], len(rows)


def approved(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Those that two people stand for, in the form of the labelled data, oldest first."""
    query = select(Correction).where(Correction.state == APPROVED, _stands(now)).order_by(Correction.created_at)
    for row in session.scalars(query.order_by(Correction.id)):
        yield {
            "id": f"c{row.id.hex[-12:]}",
            "text": row.text,
            "intent": row.intent,
            "risk": row.risk,
            "topic": row.topic,
            "tags": row.tags,
        }


def drop_expired(session: Session, now: datetime) -> int:
    """Delete what is over, or whose source was erased; gives how many. Housekeeping calls it."""
    return changed_rows(session, delete(Correction).where(~_stands(now)))


def _stands(now: datetime) -> ColumnElement[bool]:
    source_is_there = exists().where(Interaction.id == Correction.interaction_id, Interaction.erased_at.is_(None))
    return (Correction.expires_at > now) & source_is_there


def _newest_first(wanted: Wanted, now: datetime) -> Select[Correction]:
    return _matching(select(Correction), wanted, now).order_by(Correction.created_at.desc(), Correction.id.desc())


def _matching(query: Select[Any], wanted: Wanted, now: datetime) -> Select[Any]:
    query = query.where(_stands(now))
    return query.where(Correction.state == wanted.state) if wanted.state else query


def _holds(row: Correction, words: Sequence[str]) -> bool:
    try:
        text = plain(f"{row.text or ''}\n{row.reason or ''}")
    except SealBroken:
        return False
    return all(word in text for word in words)

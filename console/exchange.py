"""What was said and answered (对话), ready to be shown as bubbles; what does not open is said to be closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.crypto import SealBroken
from core.interactions import families, kinds
from core.interactions.models import Interaction
from core.interactions.replies import as_text

BROKEN = "（这条内容打不开：没有对应的密钥，或者数据被改动过。请告诉管理员。）"
ERASED = "（已按本人要求清除）"
SILENCE = "（没有回复）"


@dataclass(frozen=True)
class Exchange:
    """One message and its answer; `is_words` is False where somebody did something and said nothing."""

    id: UUID
    at: datetime
    said: str
    is_words: bool
    answer: str
    is_answered: bool
    risk: str
    family: str
    route: str
    intent: str
    reasons: Sequence[str]
    is_chosen: bool


def tell(interactions: Sequence[Interaction], chosen: UUID) -> list[Exchange]:
    """Open them; whoever calls this has put it on the record (P6)."""
    return [_tell(one, one.id == chosen) for one in interactions]


def _tell(one: Interaction, is_chosen: bool) -> Exchange:
    words, answer = _words(one), _answer(one)
    return Exchange(
        id=one.id,
        at=one.received_at,
        said=words or (ERASED if one.erased_at else f"［{kinds.label(one.kind)}］"),
        is_words=bool(words),
        answer=answer or (ERASED if one.erased_at else SILENCE),
        is_answered=bool(answer),
        risk=one.risk,
        family=families.of(one.route).label,
        route=one.route,
        intent=one.intent,
        reasons=one.reasons,
        is_chosen=is_chosen,
    )


def _words(one: Interaction) -> str:
    try:
        return one.text or ""
    except SealBroken:
        return BROKEN


def _answer(one: Interaction) -> str:
    try:
        return as_text(one.reply) if one.reply else ""
    except SealBroken:
        return BROKEN

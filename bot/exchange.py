"""One exchange (往来): a push with what is known of it, what it is answered, and the columns that keep both."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.interactions.replies import pack
from core.messages import (
    AccountNotice,
    InboundMessage,
    MassSendFinished,
    MediaCheck,
    MiniProgramAudit,
    PublishFinished,
    Reply,
)
from core.understanding import Judgement

IMPERSONAL = (MassSendFinished, PublishFinished, AccountNotice, MiniProgramAudit, MediaCheck)


@dataclass(frozen=True)
class Answer:
    """What to send back: the reply, its CreateTime in seconds, and why (for the simulator's wire panel)."""

    reply: Reply
    at: int
    why: dict[str, Any]


@dataclass(frozen=True)
class Arrival:
    """One push with what is known of it before any I/O."""

    message: InboundMessage
    judgement: Judgement
    received_at: datetime
    started: float
    spooled: bool = False
    request: str = ""  # the id in the log's lines

    @property
    def person(self) -> str:
        """The OpenID of the person it is about, or "": the platform speaks for itself too, under an id of its own."""
        return "" if isinstance(self.message.body, IMPERSONAL) else self.message.open_id


def answered(arrival: Arrival, reply: Reply, route: str, reasons: tuple[str, ...], at: int) -> dict[str, Any]:
    """The columns that tell how it was understood and answered; `reply` is to be sealed."""
    judgement = arrival.judgement
    return {
        "intent": judgement.intent,
        "risk": judgement.risk,
        "topic": judgement.topic,
        "telling": judgement.telling,
        "route": route[:60],
        "reasons": list(reasons),
        "reply_key": reply.key,
        "reply": pack(reply, at),
        "spooled": arrival.spooled,
        "latency_ms": round((time.perf_counter() - arrival.started) * 1000, 2),
    }


def why(interaction_id: UUID, columns: dict[str, Any]) -> dict[str, Any]:
    """Why it was answered so, without anything that was said."""
    names = ("route", "intent", "risk", "reasons", "reply_key")
    return {"interaction": str(interaction_id), **{name: columns[name] for name in names}}

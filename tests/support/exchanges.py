"""Stored interactions (互动记录) for tests: one call makes a valid one."""

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from core.contacts import contacts
from core.interactions.models import Interaction
from core.interactions.replies import pack
from core.messages import NoReply, Reply, TextReply

_numbers = count(1)


def store(session: Session, name: str, at: datetime, text: str = "你好", **changes: Any) -> Interaction:
    """What this person wrote, and what was answered; `answer` may be None for silence."""
    reply = _reply(changes.pop("answer", "收到了。"))
    person = contacts.meet(session, f"o_test_{name}", at)
    values: dict[str, Any] = {
        "contact_id": person.id,
        "dedupe_key": f"test-{next(_numbers)}",
        "kind": "text",
        "sent_at": int(at.timestamp()),
        "received_at": at,
        "text": text,
        "route": "fallback",
        "reply_key": reply.key,
        "reply": pack(reply, int(at.timestamp())),
        "latency_ms": 12.5,
        "reasons": ["没有规则认领"],
    }
    row = Interaction(**(values | changes))
    session.add(row)
    session.flush()
    return row


def _reply(answer: str | None) -> Reply:
    return NoReply() if answer is None else TextReply("common.test", answer)

"""An interaction (互动记录): one push from WeChat and what was answered, or one message that we sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, LargeBinary, String, true
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base


class Interaction(Base):
    """One exchange. `dedupe_key` is unique: a push that comes again finds this row and its stored reply (R1, R2)."""

    __tablename__ = "interaction"
    __table_args__ = (
        Index("ix_interaction_contact", "contact_id", "received_at"),
        Index("ix_interaction_received", "received_at"),
        Index("ix_interaction_risk", "risk", "received_at"),
    )

    direction: Mapped[str] = mapped_column(String(3), default="in")
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    dedupe_key: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    sent_at: Mapped[int] = mapped_column(BigInteger)  # CreateTime, seconds, WeChat's clock
    received_at: Mapped[datetime]
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    raw_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    route: Mapped[str] = mapped_column(String(60), default="")
    intent: Mapped[str] = mapped_column(String(20), default="")
    risk: Mapped[str] = mapped_column(String(10), default="none")
    topic: Mapped[str] = mapped_column(String(20), default="")
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    reply_key: Mapped[str] = mapped_column(String(60), default="")
    reply_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    latency_ms: Mapped[float | None] = mapped_column(Float)
    failure: Mapped[str] = mapped_column(String(200), default="")
    spooled: Mapped[bool] = mapped_column(default=False)
    # Whether these words can change how the person's next ones are judged; most cannot, and are not read again.
    telling: Mapped[bool] = mapped_column(default=True, server_default=true())
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    erased_at: Mapped[datetime | None]

    text = Sealed()
    raw = Sealed()
    reply = Sealed()

"""A referral (转介个案) and its append-only timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base

# 推介 (noticed, nobody asked yet) → 告警 (waiting for a counselor) → 接案 → 结案; 撤回 by the young person.
SUGGESTED, WAITING, CLAIMED, CLOSED, WITHDRAWN = "suggested", "waiting", "claimed", "closed", "withdrawn"


class Referral(Base):
    """A case (个案). One open case per person, held by a unique index; `number` is what the person is told."""

    __tablename__ = "referral"
    __table_args__ = (
        Index(
            "uq_referral_open_case",
            "contact_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_referral_state", "state", "risk", "opened_at"),
        CheckConstraint("risk IN ('none','concern','high','imminent')", name="risk"),
        CheckConstraint("state IN ('suggested','waiting','claimed','closed','withdrawn')", name="state"),
    )

    number: Mapped[str] = mapped_column(String(16), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    source: Mapped[str] = mapped_column(String(20))  # crisis | asked | concern | human
    risk: Mapped[str] = mapped_column(String(10))
    topic: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[str] = mapped_column(String(12))
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"))
    summary_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reach_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reach_when: Mapped[str] = mapped_column(String(20), default="")
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    summary = Sealed()
    reach = Sealed()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.closed_at is None


class CaseEvent(Base):
    """One line of a case's history (个案时间线); written once, never changed."""

    __tablename__ = "case_event"
    __table_args__ = (Index("ix_case_event_referral", "referral_id", "at"),)

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))  # opened | message | raised | consented | withdrawn | …
    actor: Mapped[str] = mapped_column(String(40), default="youth")
    interaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("interaction.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

"""A correction (纠正): what a message should have been taken for, with its text made nameless; two people see it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base

PENDING, APPROVED, REJECTED = "pending", "approved", "rejected"


class Correction(Base):
    """Goes with its source: when that is erased or `expires_at` is past, the whole row goes."""

    __tablename__ = "correction"
    __table_args__ = (
        Index(
            "uq_correction_standing",
            "interaction_id",
            unique=True,
            sqlite_where=text("state <> 'rejected'"),
            postgresql_where=text("state <> 'rejected'"),
        ),
        Index("ix_correction_state", "state", "created_at"),
        Index("ix_correction_contact", "contact_id"),
        Index("ix_correction_expires", "expires_at"),
        CheckConstraint("risk IN ('none','concern','high','imminent')", name="risk"),
        CheckConstraint("state IN ('pending','approved','rejected')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> author_id", name="second_person"),
    )

    interaction_id: Mapped[UUID] = mapped_column(ForeignKey("interaction.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    said_at: Mapped[datetime]
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    was_route: Mapped[str] = mapped_column(String(60), default="")
    was_risk: Mapped[str] = mapped_column(String(10))
    was_intent: Mapped[str] = mapped_column(String(20), default="")
    risk: Mapped[str] = mapped_column(String(10))
    intent: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(20), default="")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(10), default=PENDING)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    text = Sealed()
    reason = Sealed()
    note = Sealed()

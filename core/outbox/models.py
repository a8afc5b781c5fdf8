"""A delivery (待发): one row for each thing that must leave the machine (R12)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base

# What deliveries are for.
REFERRAL_ALERT, UNHANDLED_CRISIS = "referral_alert", "unhandled_crisis"
PENDING, SENT, REFUSED, EXPIRED, NEEDS_HUMAN = "pending", "sent", "refused", "expired", "needs_human"


class Delivery(Base):
    """Ends in sent, refused, expired or needs_human; `dedupe_key` lets one cause write it only once."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "due_at"),
        Index("ix_delivery_referral", "referral_id"),
        CheckConstraint("state IN ('pending','sent','refused','expired','needs_human')", name="state"),
    )

    kind: Mapped[str] = mapped_column(String(40))  # referral_alert | customer_service_message | signup_notice
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"))
    interaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("interaction.id"))
    payload_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default=PENDING)
    reason: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    payload = Sealed()

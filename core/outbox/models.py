"""A delivery (待发): one row for each thing that must leave the machine (R12), and each call that was made for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base

# What deliveries are for; the rules of each are in kinds.py.
REFERRAL_ALERT, UNHANDLED_CRISIS = "referral_alert", "unhandled_crisis"
CUSTOMER_SERVICE_MESSAGE, SIGNUP_NOTICE = "customer_service_message", "signup_notice"
MESSAGE_MENU = "message_menu"
PENDING, SENT, REFUSED, EXPIRED, NEEDS_HUMAN = "pending", "sent", "refused", "expired", "needs_human"
# WeChat's interfaces that things leave by.
TEMPLATE, CUSTOMER_SERVICE = "template", "customer_service"
# What came of a call; None while it is under way, or when whoever made it died.
# Bounced: accepted at first, and then not delivered.
ACCEPTED, DECLINED, UNREACHABLE, UNKNOWN, BOUNCED = "accepted", "declined", "unreachable", "unknown", "bounced"


class Delivery(Base):
    """Ends in sent, refused, expired or needs_human; `dedupe_key` lets one cause write it only once.

    While `claimed_until` lies ahead it belongs to whoever knows `claim`.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "due_at"),
        Index("ix_delivery_referral", "referral_id"),
        CheckConstraint("state IN ('pending','sent','refused','expired','needs_human')", name="state"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"))
    interaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("interaction.id"))
    payload_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default=PENDING)
    reason: Mapped[str] = mapped_column(String(120), default="")  # why it ended so, or why it is still here
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]  # the member of staff who ended it by hand
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]

    payload = Sealed()


class Attempt(Base):
    """One call to WeChat (一次发送), written before it is made: a crash in between shows as one without outcome."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        Index("ix_delivery_attempt_delivery", "delivery_id"),
        Index("ix_delivery_attempt_recipient", "recipient", "started_at"),
        Index("ix_delivery_attempt_remote", "remote_id"),
    )

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    recipient: Mapped[str] = mapped_column(String(32))  # the keyed hash of the OpenID
    channel: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(12))
    code: Mapped[int | None]
    remote_id: Mapped[str] = mapped_column(String(64), default="")


class InterfacePause(Base):
    """An interface of WeChat's that is spent for today (接口暂停), seen by all processes."""

    __tablename__ = "interface_pause"

    channel: Mapped[str] = mapped_column(String(20), unique=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(60))


class SweepRun(Base):
    """The last whole round of a sweep (定时任务), whoever made it: a stuck engine shows here (R11)."""

    __tablename__ = "sweep_run"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    done: Mapped[int] = mapped_column(default=0)

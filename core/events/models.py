"""An event (活动), its sign-ups (报名) and its waiting list (候补)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base

CONFIRMED, WAITING, CANCELLED = "confirmed", "waiting", "cancelled"


class Event(Base):
    """An event. `taken` counts confirmed places; the check keeps it within the capacity, whatever the code does."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_opens", "published", "starts_at"),
        CheckConstraint("taken >= 0", name="taken"),
        CheckConstraint("taken <= capacity OR over_capacity", name="capacity"),
    )

    number: Mapped[str] = mapped_column(String(16), unique=True)
    title: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(30), default="")
    summary: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    district: Mapped[str] = mapped_column(String(30), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    signup_opens_at: Mapped[datetime]
    signup_closes_at: Mapped[datetime]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    # Set only when staff lowered the capacity below the seats already taken: nobody is thrown out silently (R17).
    over_capacity: Mapped[bool] = mapped_column(default=False)
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    # [{"name": "phone", "purpose": "…", "required": true}], in the order they are asked (P1)
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # Further dates of a series (场次): [{"starts_at": ISO, "ends_at": ISO, "title": "…"}]
    sessions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    published: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)

    def takes_signups(self, now: datetime) -> bool:
        """Whether one can sign up now, seats aside."""
        return self.published and self.signup_opens_at <= now < self.signup_closes_at

    @property
    def seats_left(self) -> int:
        """Free places."""
        return max(0, self.capacity - self.taken)


class Signup(Base):
    """A person's place, or place in the queue; at most one live per person and event (R18)."""

    __tablename__ = "signup"
    __table_args__ = (
        Index(
            "uq_signup_live",
            "event_id",
            "contact_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_signup_queue", "event_id", "state", "queued_at"),
        Index("ix_signup_contact", "contact_id"),
        CheckConstraint("state IN ('confirmed','waiting','cancelled')", name="state"),
    )

    number: Mapped[str] = mapped_column(String(16), unique=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    state: Mapped[str] = mapped_column(String(10))
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    answers = Sealed()

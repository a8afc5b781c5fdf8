"""A contact (联系人): one follower of one account, known by a keyed hash of the OpenID."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base


class Contact(Base):
    """A follower (粉丝). The OpenID is kept sealed; `open_id_hash` finds the row again (P10)."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_seen", "last_seen_at"),)

    open_id_hash: Mapped[str] = mapped_column(String(32), unique=True)
    open_id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    union_id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    subscribed_at: Mapped[datetime | None]
    unsubscribed_at: Mapped[datetime | None]
    source_scene: Mapped[str] = mapped_column(String(64), default="")
    linked_cadre: Mapped[str | None] = mapped_column(String(64))
    erased_at: Mapped[datetime | None]

    open_id = Sealed()
    union_id = Sealed()

    @property
    def is_subscribed(self) -> bool:
        """Whether the person follows now, as far as events told us."""
        return self.subscribed_at is not None and self.unsubscribed_at is None


class Consent(Base):
    """Informed consent (知情同意): which text, in which version, was agreed to or withdrawn, and when (P2)."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_contact", "contact_id", "purpose"),)

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Conversation(Base):
    """A dialogue in progress (多轮对话): what we asked last, and what was answered so far."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("contact_id"),)

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    expecting: Mapped[str] = mapped_column(String(60))
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    answers = Sealed()

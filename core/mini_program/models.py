"""A log-in to the mini-program (小程序登录态): on our side only, and gone when it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base

# A phone logs in again without a word, so a session need not live long: a lost token soon opens nothing.
IDLE = timedelta(hours=24)
ABSOLUTE = timedelta(days=7)
# `seen_at` is written this often and no oftener: reading must stay reading.
NOTED_EVERY = timedelta(minutes=10)


class MiniProgramSession(Base):
    """One phone that is logged in. The token itself is never kept, only its keyed hash."""

    __tablename__ = "mini_program_session"
    __table_args__ = (Index("ix_mini_program_session_seen", "seen_at"),)

    token_hash: Mapped[str] = mapped_column(String(32), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    # Opens what WeChat encrypts for this person; it never leaves us (platform D11).
    session_key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    session_key = Sealed()

    def is_live(self, now: datetime) -> bool:
        """Neither too old nor unused for too long."""
        return now < self.ends_at

    @property
    def ends_at(self) -> datetime:
        """When it ends if it is not used again."""
        return min(self.expires_at, self.seen_at + IDLE)

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether `seen_at` has fallen behind."""
        return now - self.seen_at >= NOTED_EVERY

"""Staff (工作人员), their sessions, the brake on guessing, and the audit trail (审计记录)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base
from core.staff.permissions import ROLE_NAMES


class Staff(Base):
    """Somebody who works with the account; never deleted, so that the trail always leads to a name."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("role IN ('cadre','counselor','supervisor','admin')", name="role"),)

    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(12))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    totp_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)  # a code works once
    open_id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    open_id_hash: Mapped[str | None] = mapped_column(String(32), unique=True)
    bind_code_hash: Mapped[str | None] = mapped_column(String(32))  # a code sent from WeChat proves whose WeChat it is
    bind_code_until: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)  # of what an admin edits: two at once do not overwrite each other
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    totp_secret = Sealed()
    open_id = Sealed()

    @property
    def is_active(self) -> bool:
        """Whether this person may sign in and gets alerts."""
        return self.disabled_at is None

    @property
    def has_second_factor(self) -> bool:
        """Whether signing in asks for a code as well (动态口令)."""
        return self.totp_confirmed_at is not None

    @property
    def role_name(self) -> str:
        """The role as people say it: 团干部, 咨询师, 督导, 管理员."""
        return ROLE_NAMES[self.role]


class StaffSession(Base):
    """A signed-in browser (登录会话). The browser holds the token, we hold its hash."""

    __tablename__ = "staff_session"
    __table_args__ = (Index("ix_staff_session_staff", "staff_id", "ended_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    is_complete: Mapped[bool]  # False: the password was right, the code is still owed
    device: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LoginBrake(Base):
    """How often signing in failed lately for one account or one address, and when the next try is open."""

    __tablename__ = "login_brake"

    key: Mapped[str] = mapped_column(String(32), unique=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    open_at: Mapped[datetime]


class AuditRecord(Base):
    """Who did what to which, why and when (P6, R25). Written once; `hash` chains it to the one before."""

    __tablename__ = "audit_record"
    __table_args__ = (
        Index("ix_audit_record_subject", "subject_kind", "subject_id"),
        Index("ix_audit_record_staff", "staff_id", "at"),
    )

    number: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # None: the command line, or nobody known
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(64))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason_hash: Mapped[str] = mapped_column(String(32), default="")
    hash: Mapped[str] = mapped_column(String(32))

    reason = Sealed()


class AuditHead(Base):
    """The one row that knows the end of the chain: writers queue at it, and a cut-off end shows."""

    __tablename__ = "audit_head"

    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(32))

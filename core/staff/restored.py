"""Staff (工作人员) after a restore: whoever was signed in when the backup was made is not any more (R24)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.db import changed_rows
from core.staff.models import StaffSession


def sign_everybody_out(session: Session, now: datetime) -> int:
    """End all sessions: one of them may have been ended since the backup; gives how many."""
    return changed_rows(session, update(StaffSession).where(StaffSession.ended_at.is_(None)).values(ended_at=now))

"""Log-ins of the mini-program (小程序) after a restore (R24)."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.db import changed_rows
from core.mini_program.models import MiniProgramSession


def log_everybody_out(session: Session) -> int:
    """Drop all log-ins: one of them may have been ended since the backup; phones log in again unseen."""
    return changed_rows(session, delete(MiniProgramSession))

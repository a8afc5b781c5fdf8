"""What housekeeping does, in one session of a test."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.privacy import erasure


def finish_all(session: Session, now: datetime) -> int:
    """Finish every erasure that waits; gives how many could be."""
    return sum(erasure.finish(session, each, now) for each in erasure.unfinished(session))


def erase_all_departed(session: Session, now: datetime) -> int:
    """Erase everybody who left; gives how many were free to be."""
    return sum(erasure.erase_departed(session, each, now) for each in erasure.departed(session, now))

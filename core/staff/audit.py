"""The audit trail (审计记录): append-only, each record chained to the one before by a keyed hash (R25, P6).

Whoever can write to the database but lacks LOOKUP_KEY can neither alter a record nor cut off the end unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.crypto import SealBroken, keyring
from core.db import insert_ignoring_conflicts
from core.staff.models import AuditHead, AuditRecord, Staff

HEAD_ID = UUID(int=1)
BEGINNING = "0" * 32


@dataclass(frozen=True)
class Finding:
    """A broken link: the record's number and what is wrong."""

    number: int
    what: str


def record(
    session: Session,
    staff: Staff | None,
    action: str,
    subject: tuple[str, object],
    now: datetime,
    reason: str = "",
) -> AuditRecord:
    """Write one line: who, what (`staff.disable`), which (`("staff", id)`), why, when.

    Call it last in a transaction: until the commit all other writers of the trail wait.
    """
    head = _claim_head(session)
    kind, identity = subject
    line = AuditRecord(
        number=head.number + 1,
        at=now,
        staff_id=staff.id if staff else None,
        action=action,
        subject_kind=kind,
        subject_id=str(identity),
        reason_hash=keyring().lookup(f"reason:{reason}") if reason else "",
    )
    line.reason = reason or None
    line.hash = _link(head.hash, line)
    session.add(line)
    head.number, head.hash = line.number, line.hash
    session.flush()
    return line


def verify(session: Session) -> Iterator[Finding]:
    """Walk the whole chain from its beginning; nothing is found when it holds."""
    number, link = 0, BEGINNING
    for line in session.scalars(select(AuditRecord).order_by(AuditRecord.number).execution_options(yield_per=500)):
        if line.number != number + 1:
            yield Finding(number + 1, "a record is missing")
        number = line.number
        if line.hash != _link(link, line):
            yield Finding(number, "the record was altered, or the one before it")
        elif not _reason_holds(line):
            yield Finding(number, "the reason was altered")
        link = line.hash
    head = session.get(AuditHead, HEAD_ID)
    if (number, link) != ((head.number, head.hash) if head else (0, BEGINNING)):
        yield Finding(number, "the chain does not end where it should: records were cut off")


def of_staff(session: Session, staff: Staff, limit: int = 20) -> list[AuditRecord]:
    """What somebody did lately, newest first: everybody may see their own trail (P6)."""
    query = select(AuditRecord).where(AuditRecord.staff_id == staff.id).order_by(AuditRecord.number.desc())
    return list(session.scalars(query.limit(limit)))


def _claim_head(session: Session) -> AuditHead:
    fresh = {"id": HEAD_ID, "number": 0, "hash": BEGINNING}
    session.execute(insert_ignoring_conflicts(session.get_bind().dialect, AuditHead).values(**fresh))
    query = select(AuditHead).where(AuditHead.id == HEAD_ID).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _link(before: str, line: AuditRecord) -> str:
    parts = (
        before,
        str(line.number),
        line.at.isoformat(),
        str(line.staff_id or ""),
        line.action,
        line.subject_kind,
        line.subject_id,
        line.reason_hash,
    )
    return keyring().lookup("audit:" + "\x1f".join(parts))


def _reason_holds(line: AuditRecord) -> bool:
    # An emptied reason keeps its hash: the trail outlives words that had to be erased (P8).
    if line.reason_sealed is None:
        return True
    try:
        return line.reason_hash == keyring().lookup(f"reason:{line.reason}")
    except SealBroken:
        return False

"""One row of staff, for verbs that change it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.staff.errors import StaffNotFound
from core.staff.models import Staff


def locked(session: Session, staff_id: UUID) -> Staff:
    """The row as it is now, ours until the commit. Raises StaffNotFound."""
    query = select(Staff).where(Staff.id == staff_id).with_for_update()
    person = session.scalar(query.execution_options(populate_existing=True))
    if person is None:
        raise StaffNotFound()
    return person

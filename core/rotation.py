"""Re-encrypt sealed fields under the current data key (密钥轮换), so that an old key can be thrown away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.crypto import Sealed, keyring
from core.db import Database
from core.models import Base

BATCH = 200


def rotate(database: Database) -> dict[str, int]:
    """Re-encrypt all; gives the fields changed by table. Killed half-way, it goes on when run again."""
    return {mapper.class_.__tablename__: _rotate_table(database, mapper.class_) for mapper in Base.registry.mappers}


def _rotate_table(database: Database, model: Any) -> int:
    names = [name for name, value in vars(model).items() if isinstance(value, Sealed)]
    changed, after = 0, UUID(int=0)
    while names:
        with database.transaction() as session:
            rows = _batch(session, model, after)
            changed += sum(_rotate_row(row, names) for row in rows)
        if len(rows) < BATCH:
            break
        after = rows[-1].id
    return changed


def _batch(session: Session, model: Any, after: UUID) -> list[Any]:
    query = select(model).where(model.id > after).order_by(model.id).limit(BATCH).with_for_update(key_share=True)
    return list(session.scalars(query))


def _rotate_row(row: Any, names: list[str]) -> int:
    changed = 0
    for name in names:
        sealed = getattr(row, f"{name}_sealed")
        if sealed is not None and keyring().key_of(sealed) != keyring().current:
            setattr(row, name, getattr(row, name))
            changed += 1
    return changed

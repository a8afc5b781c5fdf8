"""A fulfilled erasure (删除记录): a content-free stub, replayed after a restore from backup (P8, R24)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Erasure(Base):
    """Who (as a keyed hash), when, why, and how many rows of each kind were emptied."""

    __tablename__ = "erasure"

    open_id_hash: Mapped[str] = mapped_column(String(32), index=True)
    at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(String(40))  # asked | unsubscribed | platform:<event> | operator
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

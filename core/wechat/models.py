"""The access token (接口调用凭据) that all processes and machines share: one row for each app id (R14)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Sealed
from core.db import Base


class AccessToken(Base):
    """The newest token, and the lease (租约) of whoever is fetching the next one.

    While `refreshing_until` lies ahead nobody else may ask WeChat. A lease without a holder is a pause after a fetch
    that gave nothing new; `fault` then says why.
    """

    __tablename__ = "access_token"

    app_id: Mapped[str] = mapped_column(String(32), unique=True)
    value_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    obtained_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    refreshing_until: Mapped[datetime | None]
    holder: Mapped[UUID | None]
    fault: Mapped[str] = mapped_column(String(60), default="")
    # Forced refreshes are few: 20 a day, 30 s apart (platform D2).
    forced_at: Mapped[datetime | None]
    forced_on: Mapped[str] = mapped_column(String(10), default="")
    forced_times: Mapped[int] = mapped_column(default=0)

    value = Sealed()

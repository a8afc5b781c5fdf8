"""How we stand with WeChat (接口现状), for the console and the metrics."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.wechat.models import AccessToken


def token_expires_at(session: Session, app_id: str) -> datetime | None:
    """When the shared access token (接口调用凭据) runs out; None when none was ever fetched."""
    return session.scalar(select(AccessToken.expires_at).where(AccessToken.app_id == app_id))

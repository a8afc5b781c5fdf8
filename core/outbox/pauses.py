"""Interfaces of WeChat's that are spent for today (接口暂停, errcode 45009): written once, heeded by all processes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import SHANGHAI, local
from core.db import insert_ignoring_conflicts
from core.ids import new_id
from core.outbox.models import InterfacePause

log = structlog.get_logger()
# WeChat counts by days of Beijing; its clock and ours may differ.
INTO_TOMORROW = timedelta(minutes=5)


def until(session: Session, channel: str, now: datetime) -> datetime | None:
    """When the interface may be called again; None when it may be now."""
    return session.scalar(
        select(InterfacePause.until).where(InterfacePause.channel == channel, InterfacePause.until > now)
    )


def pause_until_tomorrow(session: Session, channel: str, reason: str, now: datetime) -> datetime:
    """Nobody calls this interface until tomorrow; gives when that is."""
    tomorrow = _tomorrow(now)
    values = {"since": now, "until": tomorrow, "reason": reason}
    session.execute(
        insert_ignoring_conflicts(session.get_bind().dialect, InterfacePause).values(
            id=new_id(), channel=channel, **values
        )
    )
    row = session.scalars(select(InterfacePause).where(InterfacePause.channel == channel).with_for_update()).one()
    row.since, row.until, row.reason = now, tomorrow, reason
    session.flush()
    log.critical("interface_paused", channel=channel, reason=reason, until=tomorrow.isoformat())
    return tomorrow


def current(session: Session, now: datetime) -> list[InterfacePause]:
    """The interfaces that rest now."""
    return list(session.scalars(select(InterfacePause).where(InterfacePause.until > now)))


def _tomorrow(now: datetime) -> datetime:
    midnight = datetime.combine(local(now).date() + timedelta(days=1), time(), SHANGHAI)
    return midnight.astimezone(UTC) + INTO_TOMORROW

"""Time: UTC inside, Asia/Shanghai where people read it (R23)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that moves only when told; for tests and demos."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._at

    def move(self, **by: float) -> None:
        """Move on: `clock.move(hours=2)`."""
        self._at += timedelta(**by)


def local(moment: datetime) -> datetime:
    """The same moment on the city's wall clock."""
    return moment.astimezone(SHANGHAI)


def say_day(moment: datetime, now: datetime) -> str:
    """今天 / 明天 / 11月28日（周六）."""
    day, today = local(moment).date(), local(now).date()
    near = {0: "今天", 1: "明天", 2: "后天"}.get((day - today).days)
    if near:
        return near
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def say(moment: datetime, now: datetime) -> str:
    """今天 15:20, 11月28日（周六） 09:00."""
    return f"{say_day(moment, now)} {local(moment):%H:%M}"

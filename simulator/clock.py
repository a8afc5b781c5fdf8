"""The movable clock (可拨动的时钟): the only file of the simulator that asks the machine for the time."""

import time
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "CST")


class Clock:
    """Platform time: the machine's time plus an offset, or standing still."""

    def __init__(self, offset: float = 0.0):
        self.offset = offset
        self._stands_at: float | None = None

    @staticmethod
    def wall() -> float:
        """Real seconds: for signing time stamps, which the bot compares with its own real clock, and for MsgIds."""
        return time.time()

    @staticmethod
    def stopwatch() -> float:
        return time.monotonic()

    @property
    def frozen(self) -> bool:
        return self._stands_at is not None

    def now(self) -> float:
        return self._stands_at if self._stands_at is not None else self.wall() + self.offset

    def advance(self, seconds: float) -> None:
        self.offset += seconds
        if self._stands_at is not None:
            self._stands_at += seconds

    def move_to(self, when: float) -> None:
        self.advance(when - self.now())

    def freeze(self) -> None:
        self._stands_at = self.now()

    def thaw(self) -> None:
        if self._stands_at is not None:
            self.offset, self._stands_at = self._stands_at - self.wall(), None

    def reset(self) -> None:
        self.offset, self._stands_at = 0.0, None

    def iso(self, when: float | None = None) -> str:
        moment = datetime.fromtimestamp(self.now() if when is None else when, BEIJING)
        return moment.isoformat(timespec="milliseconds")

    def day(self) -> str:
        """The Beijing day, by which daily quotas are counted."""
        return self.iso()[:10]

    def month(self) -> str:
        return self.iso()[:7]


def read_moment(text: str) -> float:
    """An ISO time as a time stamp; without an offset it is Beijing time."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).timestamp()

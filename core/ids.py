"""Row ids: UUID version 7 (RFC 9562), so that rows made later sort later and ids say nothing about people."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_TAIL = 74  # random bits beside time, version and variant


class _Sequence:
    """Ids in the order in which they are made, also within one millisecond: the lines of a case must stay in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = self._tail = 0

    def next(self) -> UUID:
        with self._lock:
            milliseconds = time.time_ns() // 1_000_000
            if milliseconds > self._milliseconds:
                self._milliseconds, self._tail = milliseconds, secrets.randbits(_TAIL - 1)
            else:
                self._tail += 1 + secrets.randbits(32)
            return _version_7(self._milliseconds, self._tail)


def _version_7(milliseconds: int, tail: int) -> UUID:
    value = (milliseconds & (1 << 48) - 1) << 80 | tail >> 62 << 64 | tail & (1 << 62) - 1
    return UUID(int=value | 0x7 << 76 | 0x2 << 62)  # version and variant


_sequence = _Sequence()


def new_id() -> UUID:
    """A fresh id that sorts behind every earlier one of this process."""
    return _sequence.next()


# Not misheard on the telephone (no 0/O, 1/I/L); no vowels or initials that screening would hear as a cry (ZS …).
_LETTERS = "23456789CDFHKMNPRTVWXY"


def short_number(prefix: str, length: int = 8) -> str:
    """A number to tell a person, such as Z-7KM2WXPN; random, so that it cannot be guessed or counted."""
    return prefix + "-" + "".join(secrets.choice(_LETTERS) for _ in range(length))

"""Row ids: UUID version 7 (RFC 9562), so that rows made later sort later and ids say nothing about people."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_TAIL = 74  # random bits beside time, version and variant
_lock = threading.Lock()
_latest = (0, 0)


def new_id() -> UUID:
    """A fresh id that sorts behind every earlier one of this process, also within one millisecond."""
    global _latest
    with _lock:
        milliseconds, tail = time.time_ns() // 1_000_000, secrets.randbits(_TAIL - 1)
        if milliseconds <= _latest[0]:
            # The lines of a case are written within one millisecond, and must stay in order.
            milliseconds, tail = _latest[0], _latest[1] + 1 + secrets.randbits(32)
        _latest = milliseconds, tail
    value = (milliseconds & (1 << 48) - 1) << 80 | tail >> 62 << 64 | tail & (1 << 62) - 1
    value |= 0x7 << 76  # version
    value |= 0x2 << 62  # variant
    return UUID(int=value)


# No 0/O, 1/I/L: a number that is read out on the telephone must not be misheard.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def short_number(prefix: str, length: int = 6) -> str:
    """A number to tell a person, such as Z-7KM2QX; random, so that it cannot be guessed or counted."""
    return prefix + "-" + "".join(secrets.choice(_LETTERS) for _ in range(length))

"""Row ids: UUID version 7 (RFC 9562), so that rows made later sort later and ids say nothing about people."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh, time-ordered id."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    return UUID(int=value)


# No 0/O, 1/I/L: a number that is read out on the telephone must not be misheard.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def short_number(prefix: str, length: int = 6) -> str:
    """A number to tell a person, such as Z-7KM2QX; random, so that it cannot be guessed or counted."""
    return prefix + "-" + "".join(secrets.choice(_LETTERS) for _ in range(length))

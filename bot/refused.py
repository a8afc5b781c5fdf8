"""A push that we refuse."""

from __future__ import annotations


class Refused(Exception):
    """A deliberate 4xx; `reason` is a short code for logs and counters and never leaves the machine."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason

"""A breaker (熔断): after a failure nobody waits for a while, and then one caller tries (R22)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """After a failure, lets nobody wait for a while; then one caller tries."""

    def __init__(self, pause_s: float = 2.0, told: Callable[[bool], None] = lambda _: None) -> None:
        self._pause_s, self._closed_again_at, self._told = pause_s, 0.0, told
        self._failing = self._probing = False
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether the last attempt failed."""
        return self._failing

    def admits(self) -> bool:
        """Whether this caller may try."""
        with self._lock:
            if not self._failing:
                return True
            if self._probing or time.monotonic() < self._closed_again_at:
                return False
            self._probing = True
            return True

    def report(self, success: bool) -> None:
        """What came of a try."""
        with self._lock:
            is_change, self._failing, self._probing = self._failing is success, not success, False
            if not success:
                self._closed_again_at = time.monotonic() + self._pause_s
        if is_change:
            self._told(not success)

"""Keep a slow or absent database from holding up the answer (R3, R21, R22): a deadline and a breaker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any


class Unavailable(Exception):
    """The database did not do its work in time, or at all."""


class Breaker:
    """After a failure, lets nobody wait for a while; then one caller tries."""

    def __init__(self, pause_s: float = 2.0) -> None:
        self._pause_s, self._closed_again_at = pause_s, 0.0
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
            self._failing, self._probing = not success, False
            if not success:
                self._closed_again_at = time.monotonic() + self._pause_s


class InTime:
    """Runs work on threads of its own and stops waiting at the deadline; the work itself may go on and end later."""

    def __init__(self, deadline_s: float, threads: int = 16) -> None:
        self.breaker = Breaker()
        self._deadline_s = deadline_s
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="database")

    def run(self, work: Callable[[], Any]) -> Any:
        """The result of `work`. Raises Unavailable when the breaker is open, time runs out, or `work` says so."""
        if not self.breaker.admits():
            raise Unavailable("the database failed a moment ago")
        future = self._pool.submit(work)
        try:
            result = future.result(self._deadline_s)
        except FutureTimeout:
            future.cancel()
            self.breaker.report(False)
            raise Unavailable(f"no answer from the database within {self._deadline_s} s") from None
        except Unavailable:
            self.breaker.report(False)
            raise
        except BaseException:
            self.breaker.report(True)
            raise
        self.breaker.report(True)
        return result

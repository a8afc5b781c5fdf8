"""Keep a slow or absent database from holding up the answer (R3, R21, R22): a deadline and a breaker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, Protocol


class Unavailable(Exception):
    """The database did not do its work in time, or at all."""


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


class Waiting(Protocol):
    """Work that goes on on another thread."""

    def result(self, timeout: float | None = None, /) -> Any:
        """What came of it. Raises TimeoutError."""
        ...

    def cancel(self) -> object:
        """Nobody waits any more; what has not begun need not begin."""
        ...


class InTime:
    """Runs work on threads of its own and stops waiting at the deadline; the work itself may go on and end later."""

    def __init__(self, deadline_s: float, threads: int = 16, told: Callable[[bool], None] = lambda _: None) -> None:
        self.breaker = Breaker(told=told)
        self.deadline_s = deadline_s
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="database")

    def run(self, work: Callable[[], Any], since: float | None = None) -> Any:
        """The result of `work`; the time runs from `since` (perf_counter). Raises Unavailable when the breaker is open,
        time runs out, or `work` says so."""
        return self._judged(lambda: self._submit(work), since)

    def wait(self, seat: Waiting, since: float) -> Any:
        """The result of work that goes on elsewhere. Raises Unavailable as `run` does."""
        return self._judged(lambda: seat, since)

    def _submit(self, work: Callable[[], Any]) -> Future[Any]:
        return self._pool.submit(work)

    def _judged(self, begin: Callable[[], Waiting], since: float | None) -> Any:
        if not self.breaker.admits():
            raise Unavailable("the database failed a moment ago")
        left = self.deadline_s - (time.perf_counter() - since if since is not None else 0.0)
        waiting = begin()
        try:
            result = waiting.result(left)
        except FutureTimeout:
            waiting.cancel()
            self.breaker.report(False)
            raise Unavailable(f"no answer from the database within {self.deadline_s} s") from None
        except Unavailable:
            self.breaker.report(False)
            raise
        except BaseException:
            self.breaker.report(True)
            raise
        self.breaker.report(True)
        return result

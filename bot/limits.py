"""Keep a slow or absent database from holding up the answer (R3, R21, R22): a deadline and a breaker."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, Protocol

from core.breaker import Breaker


class Unavailable(Exception):
    """The database did not do its work in time, or at all."""


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

"""Several things at the same moment, in threads of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


def meanwhile(work: Callable[[], Any]) -> Callable[[], Any]:
    """Begin the work in a thread and give it a moment to get as far as it can; the answer waits for what came of it."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.5)

    def finish() -> Any:
        thread.join()
        return results[0]

    return finish


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run all in threads of their own; gives what each gave or raised."""
    results: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(number: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[number] = work()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results

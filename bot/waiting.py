"""Wait for the end (等待停止): SIGTERM and Ctrl-C ask a worker or a clock to finish what is at hand."""

from __future__ import annotations

import signal
import threading


def until_told_to_stop() -> None:
    """Returns at the first signal; a second one ends the process at once."""
    stop = threading.Event()

    def told(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    stop.wait()

"""Wait for something to become true, by asking often."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(question: Callable[[], T], patience: float = 30, what: str = "") -> T:
    """The first true answer; AssertionError when patience ends."""
    give_up = time.monotonic() + patience
    while not (answer := question()):
        assert time.monotonic() < give_up, f"waited {patience} s in vain for {what or question}"
        time.sleep(0.02)
    return answer

"""The hub: tells every open phone page what changed (server-sent events)."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

END = None


class Hub:
    def __init__(self) -> None:
        self._inboxes: set[queue.SimpleQueue] = set()
        self._lock = threading.Lock()

    @contextmanager
    def listening(self) -> Iterator[queue.SimpleQueue]:
        inbox: queue.SimpleQueue = queue.SimpleQueue()
        with self._lock:
            self._inboxes.add(inbox)
        try:
            yield inbox
        finally:
            with self._lock:
                self._inboxes.discard(inbox)

    def tell(self, news: dict | None) -> None:
        with self._lock:
            for inbox in self._inboxes:
                inbox.put(news)

    def close(self) -> None:
        self.tell(END)

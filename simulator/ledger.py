"""The ledger (流水账): one fsync'ed JSON line for everything that passed between platform and bot."""

import json
import os
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from simulator.clock import Clock


class Ledger:
    """Append-only; an entry is on the disk before `append` returns."""

    def __init__(self, path: Path, clock: Clock):
        self._path, self._clock, self._lock = path, clock, threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        _drop_torn_line(path)
        self.last = max((entry["n"] for entry in read(path)), default=0)
        self._file = path.open("ab")

    def append(self, kind: str, **facts: object) -> int:
        """Write one entry and return its number."""
        with self._lock:
            self.last += 1
            entry = {"n": self.last, "kind": kind, "at": self._clock.iso(), "wall": self._clock.wall(), **facts}
            self._file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            return self.last

    def entries(self, after: int = 0, limit: int = 1000) -> list[dict]:
        found = [entry for entry in read(self._path) if entry["n"] > after]
        return found[:limit]

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> Iterator[dict]:
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            # The last line may still be on its way to the disk.
            if line.endswith(b"\n"):
                yield json.loads(line)


def is_utf8(values: object) -> bool:
    """Whether JSON values can be written as UTF-8; half a surrogate pair, which JSON can escape, cannot."""
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def body_facts(body: bytes) -> dict[str, object]:
    """Bytes as they were: text when they are UTF-8, base64 when not."""
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": b64encode(body).decode()}


def _drop_torn_line(path: Path) -> None:
    """A run killed in the middle of a write leaves half a line; the entry was never acknowledged, so it goes."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        whole = file.read().rfind(b"\n") + 1
        file.truncate(whole)

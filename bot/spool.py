"""The spool (暂存): what arrived while the database was away, kept safe on this machine's disk (R21).

One file for all processes of a machine: records are appended under a file lock and fsync'ed before WeChat is answered,
sealed with the data key, mode 0600, capped in size. A record is: magic · length · CRC-32 · sealed JSON. A torn record
(killed in the middle of a write) was never answered and is skipped.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from core import files
from core.crypto import Keyring, SealBroken

MAGIC = b"ZQS1"
_HEAD = struct.Struct(">4sII")
_CONTEXT = "spool"


class SpoolFull(OSError):
    """The spool has reached its cap."""


@dataclass(frozen=True)
class Record:
    """One push that waits: the XML as WeChat wrote it, and when it came."""

    xml: str
    received_at: datetime


class Spool:
    """The spool of this machine."""

    def __init__(self, folder: Path, keyring: Keyring, max_bytes: int) -> None:
        self._folder, self._keyring, self._max_bytes = folder, keyring, max_bytes
        self._incoming, self._draining = folder / "incoming.spool", folder / "draining.spool"
        self._aside = folder / "aside.spool"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not any(_size(path) for path in (self._incoming, self._draining))

    def waiting_bytes(self) -> int:
        """How much waits."""
        return sum(_size(path) for path in (self._incoming, self._draining))

    def aside_bytes(self) -> int:
        """How much lies aside, waiting for an operator."""
        return _size(self._aside)

    def put(self, record: Record) -> None:
        """Keep one record; on return it is on the disk. Raises OSError (SpoolFull at the cap)."""
        sealed = self._seal(record)
        with self._locked("incoming"), _open_private(self._incoming) as file:
            size = file.seek(0, os.SEEK_END)
            if size + len(sealed) > self._max_bytes:
                raise SpoolFull(f"the spool holds {size} bytes, its cap is {self._max_bytes} (SPOOL_MAX_MB)")
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
            if size == 0:
                files.sync(self._folder)  # a new file's name must be on the disk too

    def drain(self, handle: Callable[[Record], None]) -> int:
        """Hand all records to `handle`, oldest first; gives how many. One process drains at a time; the others get 0.

        When `handle` raises, everything stays, and is handed over again next time: `handle` must know repeats.
        """
        with self._locked("drain", wait=False) as mine:
            return sum(self._drain_file(handle) for _ in range(2)) if mine else 0

    def set_aside(self, record: Record) -> None:
        """Keep a record that cannot be processed, apart from the others, for an operator to look at."""
        with self._locked("incoming"), _open_private(self._aside) as file:
            file.write(self._seal(record))
            file.flush()
            os.fsync(file.fileno())
        files.sync(self._folder)

    def aside(self) -> int:
        """How many records were set aside."""
        return sum(1 for _ in self._read(self._aside.read_bytes())) if self._aside.exists() else 0

    def records(self) -> Iterator[Record]:
        """All that waits, oldest first, without taking it away."""
        for path in (self._draining, self._incoming):
            if path.exists():
                yield from self._read(path.read_bytes())

    def rewrite(self, keep: Callable[[Record], bool]) -> int:
        """Drop the records that `keep` refuses (an erased person's, P8); gives how many were dropped."""
        with self._locked("drain"), self._locked("incoming"):
            return sum(self._rewrite_file(path, keep) for path in self._files() if path.exists())

    def _files(self) -> tuple[Path, ...]:
        return (self._draining, self._incoming, self._aside)

    def _rewrite_file(self, path: Path, keep: Callable[[Record], bool]) -> int:
        records = list(self._read(path.read_bytes()))
        kept = [record for record in records if keep(record)]
        fresh = path.with_suffix(".new")
        with _open_private(fresh) as file:
            file.truncate(0)
            file.write(b"".join(self._seal(record) for record in kept))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
        files.sync(self._folder)
        return len(records) - len(kept)

    def _drain_file(self, handle: Callable[[Record], None]) -> int:
        # What an earlier, interrupted drain left goes first.
        if not self._draining.exists():
            with self._locked("incoming"):
                if not self._incoming.exists():
                    return 0
                os.replace(self._incoming, self._draining)
        count = 0
        for record in self._read(self._draining.read_bytes()):
            handle(record)
            count += 1
        self._draining.unlink()
        files.sync(self._folder)
        return count

    def _seal(self, record: Record) -> bytes:
        body = json.dumps({"xml": record.xml, "received_at": record.received_at.isoformat()}).encode()
        sealed = self._keyring.seal(body, _CONTEXT)
        return _HEAD.pack(MAGIC, len(sealed), zlib.crc32(sealed)) + sealed

    def _read(self, data: bytes) -> Iterator[Record]:
        at = data.find(MAGIC)
        while at >= 0:
            body, end = _whole_record(data, at)
            if body is not None:
                yield self._opened(body)
            at = data.find(MAGIC, end)

    def _opened(self, body: bytes) -> Record:
        try:
            fields = json.loads(self._keyring.open(body, _CONTEXT))
        except SealBroken as error:
            raise SealBroken(f"a spooled record cannot be read: {error}; put the key back into DATA_KEYS") from error
        return Record(fields["xml"], datetime.fromisoformat(fields["received_at"]))

    @contextmanager
    def _locked(self, name: str, wait: bool = True) -> Iterator[bool]:
        with open(self._folder / f"{name}.lock", "a", opener=_private) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # a drain took it away this moment


def _whole_record(data: bytes, at: int) -> tuple[bytes | None, int]:
    """The sealed body at this place and where to look on; None when it is torn."""
    if at + _HEAD.size > len(data):
        return None, at + 1
    _, length, crc = _HEAD.unpack_from(data, at)
    body = data[at + _HEAD.size : at + _HEAD.size + length]
    if len(body) < length or zlib.crc32(body) != crc:
        return None, at + 1
    return body, at + _HEAD.size + length


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _open_private(path: Path) -> BinaryIO:
    return open(path, "ab", opener=_private)

"""Files that must be whole, on the disk, and readable by their owner alone."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_CHUNK = 1024 * 1024


def make_private(path: Path) -> None:
    """An empty file of this name, mode 0600. Raises FileExistsError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def sync(path: Path) -> None:
    """Force a file's content, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(source: Path, target: Path) -> None:
    """Give a finished file its name; after a crash it is there whole or not at all."""
    sync(source)
    os.replace(source, target)
    sync(target.parent)


def replace_privately(path: Path, content: bytes) -> None:
    """Write a small file in one move, mode 0600."""
    draft = path.with_name(path.name + ".partial")
    draft.unlink(missing_ok=True)
    make_private(draft)
    draft.write_bytes(content)
    move(draft, path)


def sha256(path: Path) -> str:
    """The file's checksum, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()

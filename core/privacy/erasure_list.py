"""The erasure list (删除名单) as a file kept apart from the database: hashes and times, no content (P8, R24)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from core.errors import ConfigurationError
from core.files import replace_privately
from core.privacy.erasure import Listed


def line(entry: Listed) -> str:
    """One erasure as a line of JSON."""
    return json.dumps({"open_id_hash": entry.open_id_hash, "at": entry.at.isoformat(), "cause": entry.cause})


def read(path: Path) -> Iterator[Listed]:
    """The lines of a kept list. Raises ConfigurationError when it cannot be read whole."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    for number, text in enumerate(lines, start=1):
        try:
            fields = json.loads(text)
            yield Listed(fields["open_id_hash"], datetime.fromisoformat(fields["at"]), fields["cause"])
        except (ValueError, KeyError, TypeError):
            raise ConfigurationError(f"{path}, line {number}: not a line of an erasure list") from None


def keep(path: Path, entries: Iterable[Listed]) -> int:
    """Write the list anew, in one move; gives its length. What it holds stays, also when the database forgot it."""
    known = set(read(path)) if path.exists() else set()
    every = sorted(known | set(entries), key=lambda entry: (entry.at, entry.open_id_hash))
    replace_privately(path, "".join(f"{line(entry)}\n" for entry in every).encode())
    return len(every)

"""Back up and restore an SQLite file: the product may run during the one, and must not during the other."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from core.errors import ConfigurationError
from core.files import make_private, move

SUFFIX = ".sqlite3"


def dump(url: str, path: Path) -> None:
    """Everything as of one moment, into an empty file; what was deleted is not in it."""
    with closing(sqlite3.connect(file_of(url))) as connection:
        connection.execute("VACUUM INTO ?", (str(path),))


def file_of(url: str) -> Path:
    """The database's file."""
    return Path(make_url(url).database or "")


def is_taken(url: str) -> bool:
    """Whether there is a database already."""
    return file_of(url).exists() and file_of(url).stat().st_size > 0


@contextmanager
def restoring(url: str, backup: Path, stamp: str) -> Iterator[str]:
    """The address of a copy to finish; after the block it takes the place of the old file, which stays beside it.

    Raises ConfigurationError when the product still has the old file open.
    """
    target = file_of(url)
    draft = target.with_name(target.name + ".restoring")
    _remove(draft)
    target.parent.mkdir(parents=True, exist_ok=True)
    make_private(draft)
    shutil.copyfile(backup, draft)
    yield f"sqlite:///{draft}"
    _close_wal(draft)
    _set_aside(target, stamp)
    move(draft, target)


def _set_aside(target: Path, stamp: str) -> None:
    if not target.exists():
        return
    try:
        _close_wal(target)
    except sqlite3.OperationalError:
        raise ConfigurationError(f"{target} is in use: stop web, worker and clock, then restore again") from None
    except sqlite3.DatabaseError:
        # Damaged: that may be why we are here. What belongs to it moves with it.
        for suffix in ("-wal", "-shm"):
            _rename(target.with_name(target.name + suffix), f"{target.name}.before-{stamp}{suffix}")
    _rename(target, f"{target.name}.before-{stamp}")


def _close_wal(path: Path) -> None:
    """Bring everything into the one file; SQLite allows it only to whoever has the file alone."""
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _rename(path: Path, name: str) -> None:
    if path.exists():
        os.replace(path, path.with_name(name))


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

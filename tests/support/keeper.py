"""Keeps one shared test server for as long as the test run lives: python -m tests.support.keeper KIND FOLDER PID."""

import shutil
import sys
import time
from pathlib import Path

from bench.servers.postgres import PostgresServer, start_postgres
from bench.servers.redis import RedisServer, start_redis


def keep(kind: str, folder: Path, controller: int) -> None:
    mark = folder / f"{kind}.pid"
    mark.touch()
    try:
        server = _start(kind, folder / kind)
        _announce(folder / f"{kind}.url", server.url)
        while _is_wanted(folder, controller):
            time.sleep(0.1)
        server.stop()
    finally:
        mark.unlink(missing_ok=True)
    if not Path(f"/proc/{controller}").exists():
        shutil.rmtree(folder, ignore_errors=True)


def _start(kind: str, home: Path) -> PostgresServer | RedisServer:
    return start_postgres(home, fsync=False) if kind == "postgres" else start_redis(home)


def _announce(path: Path, text: str) -> None:
    """In one move, so that nobody reads half an address."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.rename(path)


def _is_wanted(folder: Path, controller: int) -> bool:
    return Path(f"/proc/{controller}").exists() and not (folder / "closing").exists()


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))

"""Servers that all xdist workers of one run share: the first who asks starts them, and they end with the run."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers.processes import ServerDied
from bench.servers.waiting import wait_until

FOLDER = "ZHENGQING_TEST_SERVERS"
CONTROLLER = "ZHENGQING_TEST_CONTROLLER"
ROOT = Path(__file__).resolve().parents[2]
# Held, because nobody waits for a keeper: it outlives the worker that started it.
_keepers: list["subprocess.Popen[bytes]"] = []


def open_run() -> None:
    """Called by the controller, before it starts its workers."""
    folder = Path(tempfile.mkdtemp(prefix="zhengqing-tests-"))
    # Root's PostgreSQL runs as another user, who must be able to walk through.
    folder.chmod(0o755)
    os.environ[FOLDER] = str(folder)
    os.environ[CONTROLLER] = str(os.getpid())


def close_run() -> None:
    """Tell the keepers to end their servers, and remove the folder after them."""
    folder = Path(os.environ.pop(FOLDER))
    (folder / "closing").touch()
    wait_until(lambda: not list(folder.glob("*.pid")), what="the test servers to stop")
    shutil.rmtree(folder, ignore_errors=True)


def folder() -> Path:
    return Path(os.environ[FOLDER])


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Only one worker at a time."""
    with (folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def server_url(kind: str) -> str:
    """The address of the shared "postgres" or "redis", started on first use."""
    address = folder() / f"{kind}.url"
    with lock(kind):
        if not address.exists():
            keeper = _start_keeper(kind)
            wait_until(lambda: address.exists() or keeper.poll() is not None, patience=60, what=f"the shared {kind}")
            if not address.exists():
                raise ServerDied(f"the shared {kind}", folder() / f"{kind}.log")
    return address.read_text()


def _start_keeper(kind: str) -> "subprocess.Popen[bytes]":
    with (folder() / f"{kind}.log").open("wb") as log:
        command = [sys.executable, "-m", "tests.support.keeper", kind, str(folder()), os.environ[CONTROLLER]]
        _keepers.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True))
    return _keepers[-1]

"""Server processes for tests: they end with the test run, however it ends."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def start(command: Sequence[object], die_with_us: int = signal.SIGKILL, **options: Any) -> subprocess.Popen[bytes]:
    """Start a child that gets a signal when the thread that started it is gone."""

    def tie_to_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, die_with_us)

    return subprocess.Popen([str(part) for part in command], preexec_fn=tie_to_parent, **options)


def family(pid: int) -> list[int]:
    """A process and all its descendants, parents first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(member for child in children for member in family(int(child)))]


def naming(word: str) -> list[int]:
    """Who has the word in the command line; bare machines have no pgrep."""
    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if word in _command_line(path)]


def _command_line(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""  # gone in the meantime


def signal_all(pids: Sequence[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def retry_start(start_once: Callable[[], Any], attempts: int = 5) -> Any:
    """Another process may take a free port before our server does; then try another."""
    for left in range(attempts - 1, -1, -1):
        try:
            return start_once()
        except ServerDied:
            if not left:
                raise
    return None


class ServerDied(RuntimeError):
    """A server ended before it was ready; says what it wrote."""

    def __init__(self, name: str, log: Path):
        super().__init__(f"{name} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def open_log(folder: Path, name: str) -> IO[bytes]:
    return (folder / name).open("ab")

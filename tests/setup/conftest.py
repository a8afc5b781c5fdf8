"""A running `make run` to look at from outside."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.servers.ports import free_port
from bench.servers.waiting import wait_until
from scripts.run import PORTS
from tests.support import clones


class Run:
    """One `make run` in a clone, with what it printed."""

    def __init__(self, folder: Path, environment: dict[str, str], output: Path):
        self.folder = folder
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                ["make", "run"], cwd=folder, env=environment, stdout=file, stderr=file, start_new_session=True
            )

    @property
    def printed(self) -> str:
        return self.output.read_text()

    def wait_until_running(self) -> None:
        wait_until(lambda: "Ctrl-C to stop" in self.printed or self.process.poll() is not None, patience=90)
        assert self.process.poll() is None, self.printed

    @property
    def run_pid(self) -> int:
        """The pid of run.py itself, which make waits for."""
        return int((self.folder / "var" / "run.lock").read_text().split()[0])

    def press_ctrl_c(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self) -> int:
        return self.process.wait(60)


@pytest.fixture
def environment() -> dict[str, str]:
    """A user's shell, with ports nobody uses and no settings of the product."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**inherited, **{name: str(free_port()) for name in PORTS}}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """With a space and Chinese in its path, as home folders in China have."""
    return clones.stand_in_clone(tmp_path / "我的 文件夹" / "zhengqing")


@pytest.fixture
def make_run(clone: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Start `make run`, also several times; all are ended after the test."""
    runs: list[Run] = []

    def start(**changes: str) -> Run:
        run = Run(clone, {**environment, **changes}, tmp_path / f"output-{len(runs)}.txt")
        runs.append(run)
        return run

    yield start
    for run in runs:
        if run.process.poll() is None:
            os.killpg(run.process.pid, signal.SIGKILL)
            run.process.wait()
    wait_until(lambda: not clones.processes_of(clone), what="all children to end")

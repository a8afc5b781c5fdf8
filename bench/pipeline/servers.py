"""The servers of a run: real gunicorn for the echo and for the account, started anew for every round."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.pipeline import wechat
from bench.servers.environment import ROOT, product_environment
from bench.servers.ports import free_port
from bench.servers.probe import answers
from scripts import demo

PATIENCE_S = 60.0
ECHO = "bench.pipeline.echo:create_app()"
ACCOUNT = "app:create_app()"


@dataclass
class Server:
    """A running gunicorn: its port, how long it took to its first answer, and its process."""

    port: int
    first_answer_s: float
    process: subprocess.Popen[bytes]

    def cpu_s(self) -> float:
        """Processor seconds that its workers have used."""
        return sum(_cpu_s(pid) for pid in self._workers())

    def _workers(self) -> list[int]:
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def worker_rss_mb(self) -> float:
        """Resident memory of the largest worker, in MB."""
        return max(_resident_mb(pid) for pid in self._workers())


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Settings of a deployment below this folder, with fresh secrets."""
    folder.mkdir(parents=True, exist_ok=True)
    # As a new account has it; the demo's may send choices to tap.
    return product_environment(folder, LOG_LEVEL="INFO", WECHAT_HAS_CUSTOMER_SERVICE="no", **changes)


@contextmanager
def platform() -> Iterator[dict[str, str]]:
    """WeChat's interfaces (bench/pipeline/wechat.py); gives the settings of an account in production there."""
    port = free_port()
    process = subprocess.Popen([sys.executable, wechat.__file__, str(port)], cwd=ROOT)
    try:
        yield {"WECHAT_API_BASE": f"http://{wechat.HOST}:{port}", "WECHAT_ALLOW_PLAINTEXT": "yes", "NO_PROXY": "*"}
    finally:
        process.terminate()
        process.wait()


def migrate(settings: dict[str, str]) -> None:
    """Make the schema, the demo events and a counselor who gets the alerts."""
    for command in ("migrate", "seed-demo"):
        env = settings | {"WECHAT_API_BASE": "http://127.0.0.1:9"}  # demo data are refused in production
        subprocess.run([sys.executable, "-m", "bot", command], cwd=ROOT, env=env, check=True, capture_output=True)


@contextmanager
def serving(app: str, settings: dict[str, str], workers: int, log: Path) -> Iterator[Server]:
    """A server that ends with the block. Raises RuntimeError with the log when it does not come up."""
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", app]
    begun = time.perf_counter()
    with log.open("ab") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=settings | {"WEB_CONCURRENCY": str(workers)},
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        port = int(settings["PORT"])
        _wait(process, port, log)
        yield Server(port, time.perf_counter() - begun, process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def secrets() -> dict[str, str]:
    """Token, keys and ids of an account."""
    return dict(demo.fresh_secrets())


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while not answers(port, "/healthz"):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"the server did not come up:\n{log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.02)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0

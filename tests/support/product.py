"""The product as real processes: gunicorn and the simulator on free ports, for journeys and for attacks."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.servers import processes
from bench.servers.environment import ROOT
from bench.servers.probe import answers
from bench.servers.waiting import wait_until


class Product:
    """One deployment: an environment, and the processes started in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self._running: list[subprocess.Popen[bytes]] = []

    def start_web(self, **changes: str) -> subprocess.Popen[bytes]:
        """A web process; `PORT` and other settings may differ from the deployment's."""
        environment = self.environment | changes
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
        return self._start(command, environment, int(environment["PORT"]), "/healthz", "web.log")

    def start_simulator(self, **changes: str) -> subprocess.Popen[bytes]:
        """The platform."""
        environment = self.environment | changes
        port = int(environment["SIMULATOR_PHONE_PORT"])
        return self._start(
            [sys.executable, "-m", "simulator", "serve"], environment, port, "/control/health", "sim.log"
        )

    def command(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment | changes,
            capture_output=True,
            text=True,
            timeout=90,
        )

    def control(self, path: str, body: dict[str, Any]) -> None:
        """Turn a knob of the simulator."""
        connection = http.client.HTTPConnection("127.0.0.1", int(self.environment["SIMULATOR_PHONE_PORT"]), timeout=30)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status < 300, answer.read()
        connection.close()

    def kill(self, process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
        """End a process and all its children with this signal."""
        processes.signal_all(processes.family(process.pid), number)
        process.wait(30)

    def stop(self) -> None:
        """End everything."""
        for process in self._running:
            if process.poll() is None:
                self.kill(process, signal.SIGKILL)

    def _start(
        self, command: list[str], environment: dict[str, str], port: int, health: str, log: str
    ) -> subprocess.Popen[bytes]:
        with processes.open_log(self.folder, log) as file:
            process = processes.start(command, cwd=ROOT, env=environment, stdout=file, stderr=file)
        self._running.append(process)

        def is_up() -> bool:
            if process.poll() is not None:
                raise processes.ServerDied(log, self.folder / log)
            return answers(port, health)

        wait_until(is_up, patience=60, what=f"{log} on port {port}")
        return process


@contextmanager
def deployed(folder: Path, environment: dict[str, str]) -> Iterator[Product]:
    """A product that ends with the block."""
    product = Product(folder, environment)
    try:
        yield product
    finally:
        product.stop()

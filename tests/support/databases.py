"""Fresh databases with the newest schema, copied from a template that is migrated once per run."""

import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers.environment import ROOT, product_environment
from bench.servers.postgres import connect
from tests.support import shared

TEMPLATE = "zhengqing_template"


@contextmanager
def fresh_postgres(migrated: bool = True) -> Iterator[str]:
    """The address of a database that is gone afterwards."""
    server = shared.server_url("postgres")
    template = _postgres_template(server) if migrated else "template1"
    name = f"test_{uuid.uuid4().hex[:16]}"
    _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield _beside(server, name)
    finally:
        _run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def fresh_sqlite(folder: Path) -> str:
    """The address of a copied database file in the folder."""
    path = folder / f"test_{uuid.uuid4().hex[:16]}.db"
    shutil.copyfile(_sqlite_template(), path)
    return f"sqlite:///{path}"


def _postgres_template(server: str) -> str:
    done = shared.folder() / "postgres.migrated"
    with shared.lock("postgres-template"):
        if not done.exists():
            _run(server, f'DROP DATABASE IF EXISTS "{TEMPLATE}" WITH (FORCE)')
            _run(server, f'CREATE DATABASE "{TEMPLATE}"')
            migrate(_beside(server, TEMPLATE))
            done.touch()
    return TEMPLATE


def _sqlite_template() -> Path:
    template = shared.folder() / "template.db"
    with shared.lock("sqlite-template"):
        if not template.exists():
            draft = shared.folder() / "draft.db"
            migrate(f"sqlite:///{draft}")
            _leave_wal(draft)
            draft.rename(template)
    return template


def _leave_wal(path: Path) -> None:
    """Only the main file is copied, so everything must be in it."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def migrate(url: str) -> None:
    """By the operator's own command, so that each test run tries the migrations."""
    command = [sys.executable, "-m", "bot", "migrate"]
    environment = product_environment(shared.folder(), DATABASE_URL=url)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"python -m bot migrate failed:\n{done.stdout}{done.stderr}")


def _beside(server: str, name: str) -> str:
    return server.rsplit("/", 1)[0] + "/" + name


def _run(server: str, statement: str) -> None:
    with connect(server) as connection:
        connection.execute(statement.encode())

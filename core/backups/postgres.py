"""Back up and restore a PostgreSQL database with its own pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from core.errors import ConfigurationError

SUFFIX = ".dump"


def dump(url: str, path: Path) -> None:
    """Everything as of one moment, into an empty file."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={path}")


def is_taken(url: str) -> bool:
    """Whether the database exists and holds tables."""
    try:
        with _connected(make_url(url)) as connection:
            return bool(connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == "3D000" or "does not exist" in str(error.orig):
            return False
        raise


@contextmanager
def restoring(url: str, backup: Path, stamp: str) -> Iterator[str]:
    """The address of a copy to finish; after the block it takes the database's name, the old one is renamed.

    Raises ConfigurationError when the product is still connected.
    """
    address = make_url(url)
    name, draft = str(address.database), f"{address.database}_restoring"
    with _connected(address.set(database="postgres")) as server:
        server.execute(text(f"DROP DATABASE IF EXISTS {_quoted(draft)} WITH (FORCE)"))
        server.execute(text(f"CREATE DATABASE {_quoted(draft)} TEMPLATE template0 ENCODING 'UTF8'"))
    beside = address.set(database=draft).render_as_string(hide_password=False)
    _run(beside, "pg_restore", "--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", str(backup))
    yield beside
    with _connected(address.set(database="postgres")) as server:
        _set_aside(server, name, f"{name}_before_{stamp.replace('-', '_')}")
        server.execute(text(f"ALTER DATABASE {_quoted(draft)} RENAME TO {_quoted(name)}"))


def _set_aside(server: Connection, name: str, aside: str) -> None:
    if not server.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}):
        return
    try:
        server.execute(text(f"ALTER DATABASE {_quoted(name)} RENAME TO {_quoted(aside)}"))
    except OperationalError:
        raise ConfigurationError(
            f"The database {name} is in use: stop web, worker and clock on every machine, then restore again"
        ) from None


@contextmanager
def _connected(address: URL) -> Iterator[Connection]:
    engine = create_engine(address.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _run(url: str, program: str, *words: str) -> None:
    """Run PostgreSQL's own program; the password goes through the environment, where `ps` does not show it."""
    path = shutil.which(program)
    if path is None:
        raise ConfigurationError(f"{program} is not installed: apt-get install postgresql-client")
    address = make_url(url).set(drivername="postgresql")
    target = address.set(password=None).render_as_string(hide_password=False)
    environment = os.environ | ({"PGPASSWORD": str(address.password)} if address.password else {})
    done = subprocess.run([path, f"--dbname={target}", *words], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise ConfigurationError(f"{program} failed: {done.stderr.strip()[-1000:]}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

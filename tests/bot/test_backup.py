"""The restore drill (R24) on both engines: nothing is sent again, the erased stay erased, a kill leaves the old."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.servers import postgres
from bench.servers.environment import ROOT, product_environment
from bot.store import open_store
from core.config import load
from core.contacts import contacts
from core.interactions.models import Interaction
from core.outbox import deliveries
from core.outbox.models import ACCEPTED, CUSTOMER_SERVICE, NEEDS_HUMAN, PENDING, REFERRAL_ALERT, SENT, Attempt, Delivery
from core.privacy import erasure

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET = "药都买好了"


@dataclass
class Deployment:
    """A database with its keys, and the operator's commands."""

    environment: dict[str, str]
    folder: Path

    def bot(self, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(words), cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=90
        )

    def start(self, *words: object) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen(self._command(words), cwd=ROOT, env=self.environment, stdout=quiet, stderr=quiet)

    def backup(self) -> Path:
        done = self.bot("backup", self.folder / "backups")
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.splitlines()[0])

    @contextmanager
    def session(self) -> Iterator[Session]:
        values: dict[str, Any] = {name.lower(): value for name, value in self.environment.items()}
        store = open_store(load(_env_file=None, **values))
        try:
            with store.database.transaction() as session:
                yield session
        finally:
            store.database.close()

    @staticmethod
    def _command(words: tuple[object, ...]) -> list[str]:
        return [sys.executable, "-m", "bot", *map(str, words)]


@pytest.fixture
def deployment(tmp_path: Path, database_url: str) -> Deployment:
    environment = product_environment(tmp_path, DATABASE_URL=database_url)
    environment["PATH"] = f"{postgres.find_binaries()}:{environment['PATH']}"
    return Deployment(environment, tmp_path)


def wrote(session: Session, name: str) -> None:
    """This person wrote one line, a year before anything else happens here."""
    contact = contacts.meet(session, name, NOW)
    row = Interaction(
        dedupe_key=name.removeprefix("o_"), kind="text", sent_at=0, received_at=NOW, contact_id=contact.id, route="talk"
    )
    row.text, row.reply = SECRET, "{}"
    session.add(row)
    session.flush()


def words_of(session: Session) -> list[str | None]:
    return [row.text for row in session.scalars(select(Interaction).order_by(Interaction.dedupe_key))]


def states(session: Session) -> dict[str, str]:
    return {row.dedupe_key: row.state for row in session.scalars(select(Delivery))}


def owe_three(session: Session) -> None:
    """Two that wait, one of them an alert, and one that left."""
    deliveries.owe(session, REFERRAL_ALERT, "alert", NOW, {})
    deliveries.owe(session, "customer_service_message", "late reply", NOW, {})
    left = deliveries.owe(session, "customer_service_message", "left", NOW, {})
    left.state, left.settled_at = SENT, NOW
    session.flush()
    call = {"recipient": "", "channel": CUSTOMER_SERVICE, "started_at": NOW, "ended_at": NOW, "outcome": ACCEPTED}
    session.add(Attempt(delivery_id=left.id, **call))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_restored_database_sends_nothing_again_and_erases_again(deployment):
    with deployment.session() as session:
        wrote(session, "o_lin")
        wrote(session, "o_yu")
        owe_three(session)
    backup = deployment.backup()
    assert deployment.bot("erase", "o_yu", "--yes").returncode == 0
    assert deployment.bot("backup", backup.parent, "--only-erasures").returncode == 0
    with deployment.session() as session:
        wrote(session, "o_zhao")  # lost with the old database: that is what RPO means

    refused = deployment.bot("restore", backup)
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    restored = deployment.bot("restore", backup, "--replace")
    assert restored.returncode == 0, restored.stderr
    assert "ALERT" in restored.stdout

    with deployment.session() as session:
        assert states(session) == {"alert": NEEDS_HUMAN, "late reply": NEEDS_HUMAN, "left": SENT}
        assert words_of(session) == [SECRET, None]
        assert len(erasure.listed(session)) == 1
    audited = json.loads(deployment.bot("audit", "--json").stdout)
    assert audited["clean"], audited["breaches"]
    settle_all_by_hand(deployment)


def settle_all_by_hand(deployment: Deployment) -> None:
    """A person looks at each, and the machine forgets none of it."""
    created = deployment.bot("create-staff", "--login", "li.na", "--name", "李娜", "--role", "admin")
    assert created.returncode == 0, created.stderr
    *lines, total = deployment.bot("outbox").stdout.splitlines()
    assert total == "2 need a person"
    for line in lines:
        assert "restored from backup" in line
        assert deployment.bot("outbox", "--settle", line.split()[0], "--told", "--by", "li.na").returncode == 0
    assert deployment.bot("outbox").stdout == "0 need a person\n"
    assert deployment.bot("outbox", "--settle", lines[0].split()[0], "--told", "--by", "li.na").returncode == 1
    assert json.loads(deployment.bot("audit", "--json").stdout)["clean"]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_backup_is_private_and_holds_neither_keys_nor_words(deployment):
    with deployment.session() as session:
        wrote(session, "o_lin")
    backup = deployment.backup()
    keys = [deployment.environment["LOOKUP_KEY"], deployment.environment["DATA_KEYS"].partition(":")[2]]
    files = list(backup.parent.iterdir())
    assert {path.name for path in files} == {backup.name, f"{backup.name}.json", "erasures.jsonl"}
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not any(secret.encode() in path.read_bytes() for secret in [*keys, SECRET, "o_lin"])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_restore_that_is_killed_leaves_the_old_database_and_can_be_run_again(deployment):
    with deployment.session() as session:
        wrote(session, "o_lin")
        owe_three(session)
    backup = deployment.backup()
    with deployment.session() as session:
        wrote(session, "o_new")
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    for _ in range(4):
        restoring = deployment.start("restore", backup, "--replace")
        time.sleep(chance.uniform(0.8, 2.2))
        restoring.send_signal(signal.SIGKILL)
        restoring.wait()
        _is_old_or_whole(deployment, seed)
    assert deployment.bot("restore", backup, "--replace").returncode == 0
    with deployment.session() as session:
        assert words_of(session) == [SECRET]
        assert PENDING not in states(session).values()


def _is_old_or_whole(deployment: Deployment, seed: int) -> None:
    """Never a restored database that would still send what it owed then."""
    if not deployment.environment["DATABASE_URL"].startswith("sqlite") and not _exists(deployment):
        return  # between the two renamings: run it again
    with deployment.session() as session:
        is_old = len(words_of(session)) == 2
        assert is_old or PENDING not in states(session).values(), f"seed {seed}"


def _exists(deployment: Deployment) -> bool:
    url = deployment.environment["DATABASE_URL"]
    server, _, name = url.rpartition("/")
    with postgres.connect(f"{server}/postgres") as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    return found is not None


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_restore_under_a_running_product_is_refused(deployment):
    backup = deployment.backup()
    with deployment.session() as session:
        session.execute(text("SELECT count(*) FROM contact"))
        refused = deployment.bot("restore", backup, "--replace")
    assert refused.returncode == 2
    assert "in use" in refused.stderr
    assert deployment.bot("restore", backup, "--replace").returncode == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_backup_that_does_not_fit_is_refused(deployment):
    backup = deployment.backup()
    other = {"LOOKUP_KEY": "0123456789abcdef" * 4, "DATA_KEYS": product_environment(deployment.folder)["DATA_KEYS"]}
    for name, value in other.items():
        elsewhere = Deployment(deployment.environment | {name: value}, deployment.folder)
        refused = elsewhere.bot("restore", backup, "--replace")
        assert refused.returncode == 2
        assert name in refused.stderr
    with backup.open("ab") as file:
        file.write(b"x")
    assert "damaged" in deployment.bot("restore", backup, "--replace").stderr
    (backup.parent / "erasures.jsonl").unlink()
    assert "--no-erasures" in deployment.bot("restore", backup, "--replace").stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_damaged_database_is_set_aside_whole(deployment):
    with deployment.session() as session:
        wrote(session, "o_lin")
    backup = deployment.backup()
    path = Path(deployment.environment["DATABASE_URL"].removeprefix("sqlite:///"))
    path.write_bytes(b"not a database at all" * 1000)
    assert deployment.bot("restore", backup, "--replace").returncode == 0
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM interaction").fetchone() == (1,)
    assert len(list(path.parent.glob(f"{path.name}.before-*"))) == 1


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_migration_that_is_killed_is_finished_by_the_next(tmp_path, database, request):
    empty = f"sqlite:///{tmp_path / 'new.db'}"
    if database != "sqlite":
        empty = request.getfixturevalue("empty_postgres_url")
    deployment = Deployment(product_environment(tmp_path, DATABASE_URL=empty), tmp_path)
    chance = random.Random()
    for _ in range(3):
        migrating = deployment.start("migrate")
        time.sleep(chance.uniform(0.3, 1.5))
        migrating.send_signal(signal.SIGKILL)
        migrating.wait()
    assert deployment.bot("migrate").returncode == 0
    assert deployment.bot("audit").returncode == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_data_move_to_the_other_engine_and_are_read_there(deployment, database, tmp_path, request):
    with deployment.session() as session:
        wrote(session, "o_lin")
        owe_three(session)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    if database == "sqlite":
        other = request.getfixturevalue("empty_postgres_url")
    copied = deployment.bot("copy-database", other)
    assert copied.returncode == 0, copied.stderr
    moved = Deployment(deployment.environment | {"DATABASE_URL": other}, tmp_path)
    with moved.session() as session:
        assert words_of(session) == [SECRET]
        assert states(session)["alert"] == PENDING  # nothing was restored: what is owed is still owed
    checks = json.loads(moved.bot("audit", "--json").stdout)["checks"]
    assert {name for name, count in checks.items() if count} == {"somebody_sends"}  # it waits since long ago
    again = deployment.bot("copy-database", other)
    assert again.returncode == 2
    assert "not empty" in again.stderr

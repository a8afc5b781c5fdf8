"""Pages and API before a database that goes and comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bench.servers.postgres import PostgresServer, start_postgres
from bench.servers.waiting import wait_until
from mp_backend.public_database import AWAY, PublicDatabase


@pytest.fixture
def server(tmp_path) -> Iterator[PostgresServer]:
    server = start_postgres(tmp_path / "postgres", fsync=False)
    yield server
    server.stop()


def answers(database: PublicDatabase) -> bool:
    try:
        with database.reading() as session:
            return session.scalar(text("SELECT 1")) == 1
    except AWAY:
        return False


@pytest.mark.slow
def test_it_is_left_alone_while_away_and_found_again(server: PostgresServer) -> None:
    database = PublicDatabase(server.url)
    assert answers(database)
    server.kill_postmaster()
    wait_until(lambda: not answers(database), what="the loss to be noticed")
    with pytest.raises(PoolTimeout, match="a moment ago"), database.reading():
        pass
    server.start()
    wait_until(lambda: answers(database), what="the return to be noticed")
    database.close()


def test_a_fault_of_ours_shuts_nothing(postgres_url: str) -> None:
    database = PublicDatabase(postgres_url)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), database.transaction():
            _ = 1 / 0
    assert answers(database)
    database.close()


def test_a_locked_file_shuts_no_page(sqlite_url: str) -> None:
    writer, reader = PublicDatabase(sqlite_url), PublicDatabase(sqlite_url)
    with writer.transaction() as session:
        session.execute(text("DELETE FROM event"))
        with pytest.raises(AWAY), reader.transaction() as other:
            other.execute(text("DELETE FROM event"))
        assert answers(reader)
    for each in (writer, reader):
        each.close()

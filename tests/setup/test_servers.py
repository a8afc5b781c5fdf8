"""The throw-away PostgreSQL and Redis that tests stand on."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from bench.servers import postgres as postgres_support
from bench.servers import processes
from bench.servers.environment import ROOT
from bench.servers.postgres import connect, start_postgres
from bench.servers.redis import start_redis
from bench.servers.waiting import wait_until
from tests.support import chromium

INNER_TEST = """
import os, pathlib, time
def test_long(empty_postgres_url, redis_url):
    told = pathlib.Path(__file__).with_name("folder")
    told.with_suffix(".new").write_text(os.environ["ZHENGQING_TEST_SERVERS"])
    told.with_suffix(".new").rename(told)
    time.sleep(100)
"""


@pytest.fixture
def postgres(tmp_path: Path):
    server = start_postgres(tmp_path / "postgres", fsync=True)
    yield server
    server.stop()


def test_what_was_committed_survives_a_killed_postmaster(postgres):
    with connect(postgres.create_database("kept")) as connection:
        connection.execute("CREATE TABLE notes (text text)")
        connection.execute("INSERT INTO notes VALUES ('青春家园')")
    postgres.kill_postmaster()
    with pytest.raises(psycopg.OperationalError):
        connect(postgres.url, connect_timeout=2)
    postgres.start()
    with connect(postgres.url_of("kept")) as connection:
        assert connection.execute("SELECT text FROM notes").fetchall() == [("青春家园",)]
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_suspended_postgres_hangs_and_answers_again_when_resumed(postgres):
    postgres.suspend()
    with pytest.raises(psycopg.OperationalError, match="timeout"):
        connect(postgres.url, connect_timeout=2)
    postgres.resume()
    with connect(postgres.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_wheel_stands_in_where_no_postgres_is_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_support, "find_binaries", postgres_support.wheel_binaries)
    server = start_postgres(tmp_path / "postgres", fsync=False)
    with connect(server.url) as connection:
        assert connection.execute("SELECT '郑青'").fetchone() == ("郑青",)
    server.stop()


def test_a_stopped_postgres_leaves_no_process_and_no_folder_of_its_own(tmp_path):
    server = start_postgres(tmp_path / "postgres", fsync=False)
    server.stop()
    assert server.process.poll() is not None
    assert server.folder == tmp_path / "postgres" or not server.folder.exists()


def test_the_shared_postgres_gives_each_test_an_empty_database(empty_postgres_url):
    with connect(empty_postgres_url) as connection:
        connection.execute("CREATE TABLE only_mine (id int)")


def test_the_shared_postgres_gives_the_next_test_another_one(empty_postgres_url):
    with connect(empty_postgres_url) as connection:
        connection.execute("CREATE TABLE only_mine (id int)")


def test_a_killed_redis_comes_back_empty(tmp_path):
    server = start_redis(tmp_path / "redis")
    with redis.Redis.from_url(server.url) as client:
        client.set("token", "1")
    server.kill()
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.get("token") is None
    server.stop()


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_its_redis_empty(redis_url, turn):
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", turn)


@pytest.mark.browser
def test_a_page_in_chromium_is_a_phone_that_speaks_chinese(page):
    page.set_content("<p id=p></p><script>p.textContent = navigator.language + ' ' + innerWidth</script>")
    assert page.text_content("#p") == "zh-CN 390"


def test_without_a_browser_ci_fails_instead_of_skipping(monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert chromium.is_required()
    monkeypatch.delenv("CI")
    assert not chromium.is_required()


def test_a_test_run_that_is_killed_leaves_no_server_behind(tmp_path):
    inner = tmp_path / "test_inner.py"
    inner.write_text(INNER_TEST)
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.fixtures", "-p", "no:cacheprovider", str(inner)]
    run = subprocess.Popen(
        [*command, f"--rootdir={tmp_path}", "-c", os.devnull],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "ZHENGQING"))},
        stdout=subprocess.DEVNULL,
    )
    told = tmp_path / "folder"
    wait_until(told.exists)
    folder = Path(told.read_text())
    assert list(folder.glob("*.url"))
    run.kill()
    run.wait()
    wait_until(lambda: not processes.naming(str(folder)), what="the keepers to stop their servers")
    wait_until(lambda: not folder.exists(), what="the folder to be cleared up")

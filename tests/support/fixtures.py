"""Fixtures every test may ask for: databases, Redis, a browser; loaded by tests/conftest.py."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from bench.servers import ports
from tests.support import chromium, databases, shared

ENGINES = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared.open_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared.close_run()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two even on one core: tests that cannot run beside each other must show."""
    return max(2, os.cpu_count() or 1)


@pytest.fixture
def free_port() -> int:
    return ports.free_port()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database of its own, with the newest schema."""
    with databases.fresh_postgres() as url:
        yield url


@pytest.fixture
def empty_postgres_url() -> Iterator[str]:
    """A PostgreSQL database of its own, without any table."""
    with databases.fresh_postgres(migrated=False) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite file of its own, with the newest schema."""
    return databases.fresh_sqlite(tmp_path)


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> str:
    """Which engine; to choose one: @pytest.mark.parametrize("database", ["postgresql"], indirect=True)."""
    return str(request.param)


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest) -> str:
    """A database of its own with the newest schema, once per engine."""
    return str(request.getfixturevalue("sqlite_url" if database == "sqlite" else "postgres_url"))


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A numbered database of the shared Redis, empty, and only ours."""
    server = shared.server_url("redis").rsplit("/", 1)[0]
    number = _claim_redis_number()
    url = f"{server}/{number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()
    (shared.folder() / f"redis-{number}.claim").unlink()


def _claim_redis_number() -> int:
    for number in range(1, 64):
        try:
            (shared.folder() / f"redis-{number}.claim").touch(exist_ok=False)
        except FileExistsError:
            continue
        return number
    raise RuntimeError("all 63 Redis databases are in use at once")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running Chromium; skips without one, except in CI."""
    path = chromium.browser_path()
    lacking = chromium.what_is_lacking(path)
    if lacking:
        refuse = pytest.fail if chromium.is_required() else pytest.skip
        refuse(f"no browser tests without {lacking}; apt-get install {lacking}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield instance
        instance.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh window the size of a phone, in Chinese, as the young people have it."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(60_000)  # a loaded machine is slow; what is not there fails all the same
    yield context.new_page()
    context.close()

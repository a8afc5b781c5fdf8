"""Sixty-four processes on PostgreSQL when the token ends (R14): one refresh, nobody fails to send."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
import redis

from bench.servers import processes
from bench.servers.environment import ROOT, product_environment
from tests.support.platform import SEND, TOKEN

NUMBER = 64
AT_EXPIRY, AFTER_EXPIRY = 7200 - 200, 7300

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Crowd:
    """The processes, and what the platform saw of them."""

    def __init__(self, process: subprocess.Popen[bytes], platform) -> None:
        self._process, self._platform = process, platform
        self._read()

    def _read(self) -> str:
        line = self._process.stdout.readline().decode().strip()
        assert line, "the crowd died; its words are above"
        return line

    def sends(self, ahead_s: float) -> dict[str, int]:
        """Move the members' clock, let all send at once; refreshes, sends and failures since they warmed up."""
        before = {path: len(self._platform.calls(path)) for path in (TOKEN, SEND)}
        self._process.stdin.write(f"{ahead_s}\n".encode())
        self._process.stdin.flush()
        outcomes = json.loads(self._read())
        failed = [each for each in outcomes if each != "sent"]
        assert not failed, failed
        assert len(outcomes) == NUMBER
        return {path: len(self._platform.calls(path)) - before[path] for path in before}


@pytest.fixture
def crowd(tmp_path, account, platform, postgres_url, redis_url) -> Iterator[Callable[..., Crowd]]:
    """`crowd("--no-lease")`: they are warm and wait."""
    names = ("wechat_appid", "wechat_appsecret", "wechat_token", "wechat_aes_key", "wechat_api_base", "data_keys")
    ours = {name.upper(): getattr(account, name) for name in (*names, "lookup_key", "secret_key")}
    environment = product_environment(tmp_path, DATABASE_URL=postgres_url, REDIS_URL=redis_url, **ours)
    started: list[subprocess.Popen[bytes]] = []

    def start(*flags: str) -> Crowd:
        words = [sys.executable, "-m", "tests.support.crowd", NUMBER, platform.writer().open_id, *flags]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        started.append(processes.start(words, cwd=ROOT, env=environment, **pipes))
        return Crowd(started[-1], platform)

    yield start
    for each in started:
        each.communicate(timeout=60)


@pytest.fixture(params=["postgresql"])
def database(request) -> str:
    return request.param


@pytest.mark.parametrize(
    ("ahead_s", "flushed"),
    [(AT_EXPIRY, False), (AFTER_EXPIRY, True)],
    ids=["near its end", "after its end, Redis flushed"],
)
def test_a_token_that_ends_is_refreshed_once(crowd, platform, redis_url, ahead_s, flushed):
    all_of_them = crowd()
    assert len(platform.calls(TOKEN)) == 1
    platform.world.clock.advance(ahead_s)
    if flushed:
        with redis.Redis.from_url(redis_url) as client:
            client.flushdb()
    assert all_of_them.sends(ahead_s) == {TOKEN: 1, SEND: NUMBER}


def test_a_token_that_was_revoked_early_is_renewed_once(crowd, platform):
    all_of_them = crowd()
    platform.world.clock.advance(3600)
    platform.replace_token()
    seen = all_of_them.sends(3600)
    assert seen[TOKEN] == 1
    assert NUMBER < seen[SEND] <= 2 * NUMBER


def test_without_the_lease_they_would_all_ask(crowd, platform):
    """The negative control: this race can be lost."""
    all_of_them = crowd("--no-lease")
    platform.world.clock.advance(AFTER_EXPIRY)
    assert all_of_them.sends(AFTER_EXPIRY)[TOKEN] > 1

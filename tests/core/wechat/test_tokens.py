"""One token for all (R14): fetched once an expiry, renewed once when it is refused, never in a loop."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from bench.servers.ports import free_port
from core.clock import FixedClock
from core.ids import new_id
from core.wechat import tokens
from core.wechat.errors import WeChatRefused, WeChatUnreachable
from core.wechat.models import AccessToken
from core.wechat.token_cache import RedisCache
from simulator.api.basics import FORCED_A_DAY
from tests.support.fixtures_handlers import NOW
from tests.support.platform import TOKEN


class Now(FixedClock):
    """Our clock and the platform's, moved together."""

    def __init__(self, world) -> None:
        super().__init__(NOW)
        self._world = world
        world.clock.freeze()

    def move(self, **by: float) -> None:
        super().move(**by)
        self._world.clock.advance(timedelta(**by).total_seconds())


@pytest.fixture
def clock(world) -> Now:
    return Now(world)


@pytest.fixture
def stored(shared):
    """`stored()`: the token's row."""

    def read() -> AccessToken:
        with shared.reading() as session:
            return session.query(AccessToken).one()

    return read


@pytest.fixture
def change(shared):
    """`change(column=value)`: alter the token's row behind everybody's back."""

    def write(**values) -> None:
        with shared.transaction() as session:
            session.execute(update(AccessToken).values(**values))

    return write


def forced(platform) -> list[bool]:
    """Of each refresh, whether it was forced."""
    return [json.loads(each["body"])["force_refresh"] for each in platform.calls(TOKEN)]


def test_one_fetch_serves_every_process(make_tokens, platform):
    processes = [make_tokens() for _ in range(5)]
    assert len({each.current() for each in processes for _ in range(3)}) == 1
    assert forced(platform) == [False]


def test_the_token_is_sealed_in_the_database(make_tokens, stored):
    token = make_tokens().current()
    row = stored()
    assert token.encode() not in row.value_sealed
    assert row.value == token


def test_it_is_kept_until_five_minutes_before_its_end(make_tokens, platform, clock):
    tokens = make_tokens()
    first = tokens.current()
    clock.move(seconds=7200 - 295)
    assert tokens.current() == first
    assert len(platform.calls(TOKEN)) == 1
    clock.move(seconds=10)
    assert tokens.current() != first
    assert len(platform.calls(TOKEN)) == 2


def test_what_remains_of_a_token_is_believed(make_tokens, clock, stored, change):
    """In normal mode WeChat repeats a token that is half used up; `expires_in` is what is left of it."""
    make_tokens().current()
    clock.move(seconds=6000)
    end = stored().expires_at
    change(value_sealed=None)
    make_tokens().current()
    assert stored().expires_at == end


def test_a_token_that_ends_soon_is_not_asked_for_again_and_again(make_tokens, platform, clock, monkeypatch):
    """Should WeChat give the next one later than it says, asking must not become a loop."""
    monkeypatch.setattr("simulator.tokens.OVERLAP_S", 60)
    tokens = make_tokens()
    first = tokens.current()
    clock.move(seconds=7200 - 200)
    assert [tokens.current() for _ in range(10)] == [first] * 10
    assert len(platform.calls(TOKEN)) == 2
    clock.move(seconds=31)
    assert tokens.current() == first
    assert len(platform.calls(TOKEN)) == 3


def test_threads_of_one_process_share_a_refresh(make_tokens, platform):
    tokens = make_tokens()
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: tokens.current(), range(8)))) == 1
    assert len(platform.calls(TOKEN)) == 1


def test_who_looked_before_another_refreshed_does_not_refresh_again(make_tokens, platform, clock):
    first, second = make_tokens(), make_tokens()
    first.current()
    clock.move(hours=2)
    seen = second._row()
    first.current()
    assert second._refresh(seen, None, None) is None
    assert len(platform.calls(TOKEN)) == 2


def test_its_end_can_be_watched(make_tokens, shared, clock):
    with shared.reading() as session:
        assert tokens.expires_at(session) is None
    make_tokens().current()
    with shared.reading() as session:
        assert clock.now() < tokens.expires_at(session) <= clock.now() + timedelta(seconds=7200)


# --- refused ---------------------------------------------------------------------------------------------------------


def test_a_refused_token_is_renewed_once_for_all(make_tokens, platform, clock):
    processes = [make_tokens() for _ in range(5)]
    old = {each.current() for each in processes}.pop()
    clock.move(minutes=10)
    fresh = platform.replace_token()
    assert {each.renew(old) for each in processes} == {fresh}
    assert forced(platform) == [False, False]


def test_force_is_used_only_when_the_refused_token_is_given_again(make_tokens, platform, clock):
    tokens = make_tokens()
    old = tokens.current()
    clock.move(minutes=10)
    assert tokens.renew(old) is None, "three calls were spent: the next one takes the new token"
    assert forced(platform) == [False, False, True]
    assert tokens.current() != old
    assert make_tokens().renew(old) == tokens.current()
    assert len(platform.calls(TOKEN)) == 3


def test_a_token_that_was_only_just_fetched_is_not_renewed(make_tokens, platform, clock):
    """Whatever is wrong then, it is not the token's age; another fetch would start a duel."""
    tokens = make_tokens()
    old = tokens.current()
    for _ in range(3):
        clock.move(seconds=9)
        assert tokens.renew(old) is None
    assert len(platform.calls(TOKEN)) == 1


def test_force_is_used_at_most_twenty_times_a_day(make_tokens, platform, clock):
    tokens = make_tokens()
    for _ in range(FORCED_A_DAY + 5):
        clock.move(seconds=61)
        assert tokens.renew(tokens.current()) is None
    assert forced(platform).count(True) == FORCED_A_DAY


def test_forced_refreshes_are_thirty_seconds_apart(make_tokens, platform, clock, change):
    tokens = make_tokens()
    old = tokens.current()
    clock.move(minutes=10)
    change(forced_at=clock.now() - timedelta(seconds=29))
    assert tokens.renew(old) is None
    assert forced(platform) == [False, False]
    assert make_tokens().renew(old) is None, "the others do not ask in vain"
    assert forced(platform) == [False, False]


# --- when it cannot be had ------------------------------------------------------------------------------------------


def test_whoever_has_no_token_during_a_pause_is_told_that_nothing_left(make_tokens, platform, clock, change):
    tokens = make_tokens()
    old = tokens.current()
    clock.move(minutes=10)
    change(forced_at=clock.now())
    assert tokens.renew(old) is None
    change(expires_at=clock.now())
    with pytest.raises(WeChatUnreachable, match="given again"):
        make_tokens().current()


@pytest.mark.parametrize("kind", ["errcode", "refuse", "html_502"])
def test_while_the_old_token_is_valid_a_failed_refresh_costs_nothing(make_tokens, platform, clock, kind):
    tokens = make_tokens()
    first = tokens.current()
    clock.move(seconds=7200 - 200)
    platform.breaks(TOKEN, kind, errcode=-1)
    assert [tokens.current(), tokens.current(), make_tokens().current()] == [first] * 3
    assert len(platform.calls(TOKEN)) == 2, "after a failure there is a pause"


def test_after_a_failure_the_next_try_waits(make_tokens, platform, clock):
    platform.breaks(TOKEN, errcode=40164, times=1)
    with pytest.raises(WeChatRefused) as refusal:
        make_tokens().current()
    assert refusal.value.code == 40164
    with pytest.raises(WeChatUnreachable, match="40164"):
        make_tokens().current()
    assert len(platform.calls(TOKEN)) == 1
    clock.move(seconds=61)
    assert make_tokens().current()


def test_the_lease_of_a_dead_process_runs_out(make_tokens, platform, clock, change, monkeypatch):
    """Who was killed while fetching must not keep everybody from sending (R14)."""
    monkeypatch.setattr("core.wechat.tokens.PATIENCE_S", 0.3)
    make_tokens().current()
    change(expires_at=clock.now(), holder=new_id(), refreshing_until=clock.now() + timedelta(seconds=8))
    with pytest.raises(WeChatUnreachable, match="nobody fetched"):
        make_tokens().current()
    assert len(platform.calls(TOKEN)) == 1
    clock.move(seconds=9)
    assert make_tokens().current()
    assert len(platform.calls(TOKEN)) == 2


def test_while_another_fetches_the_old_token_serves(make_tokens, platform, clock, change):
    first = make_tokens().current()
    clock.move(seconds=7200 - 200)
    change(holder=new_id(), refreshing_until=clock.now() + timedelta(seconds=8))
    assert make_tokens().current() == first
    assert len(platform.calls(TOKEN)) == 1


def test_without_the_database_the_token_in_memory_serves(make_tokens, shared, clock):
    tokens = make_tokens()
    first = tokens.current()
    clock.move(seconds=7200 - 200)
    with shared.transaction() as session:
        AccessToken.__table__.drop(session.connection())
    assert tokens.current() == first
    clock.move(seconds=195)
    with pytest.raises(WeChatUnreachable):
        tokens.current()


# --- Redis in front -------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(redis_url):
    cache = RedisCache(redis_url)
    yield cache
    cache.close()


def test_redis_keeps_it_sealed_and_not_longer_than_it_lasts(make_tokens, cache, account):
    token = make_tokens(cache=cache).current()
    (key,) = cache._redis.keys("*")
    assert token.encode() not in cache._redis.get(key)
    assert 7100 < cache._redis.ttl(key) <= 7200
    kept = cache.read(account.wechat_appid)
    assert kept.value == token
    assert cache.read("wx0000000000000000") is None


def test_redis_saves_the_look_into_the_database(make_tokens, cache, shared):
    make_tokens(cache=cache).current()
    with shared.transaction() as session:
        AccessToken.__table__.drop(session.connection())
    assert make_tokens(cache=cache).current()


def test_redis_flushed_costs_no_refresh(make_tokens, cache, platform):
    first = make_tokens(cache=cache).current()
    cache._redis.flushdb()
    assert make_tokens(cache=cache).current() == first
    assert len(platform.calls(TOKEN)) == 1


def test_an_old_token_in_redis_does_no_harm(make_tokens, cache, platform, clock):
    """Redis may come back with yesterday's truth; the database knows better."""
    tokens = make_tokens(cache=cache)
    old = tokens.current()
    (key,) = cache._redis.keys("*")
    kept = cache._redis.get(key)
    clock.move(minutes=10)
    fresh = platform.replace_token()
    assert tokens.renew(old) == fresh
    cache._redis.set(key, kept)
    late = make_tokens(cache=cache)
    assert late.current() == old
    assert late.renew(old) == fresh
    assert len(platform.calls(TOKEN)) == 2


def test_without_redis_everything_works(make_tokens, platform):
    away = RedisCache(f"redis://127.0.0.1:{free_port()}/0")
    assert make_tokens(cache=away).current() == make_tokens(cache=away).current()
    assert len(platform.calls(TOKEN)) == 1
    away.close()

"""Counters (调用次数): calls per minute, day and month, refused when they are spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.clock import Clock
from simulator.errors import ApiError
from simulator.state import Counter

if TYPE_CHECKING:
    from simulator.world import World


def take(counters: dict[str, Counter], key: str, period: str, limit: int, errcode: int = 45009) -> None:
    """Count one call, or refuse it with `errcode`."""
    counter = current(counters, key, period)
    if counter.used >= limit:
        raise ApiError(errcode)
    counter.used += 1


def current(counters: dict[str, Counter], key: str, period: str) -> Counter:
    counter = counters.get(key)
    if counter is None or counter.period != period:
        counter = counters[key] = Counter(period)
    return counter


def take_minute(world: World, key: str, limit: int) -> None:
    take(world.state.counters, f"{key}|minute", minute(world.clock), limit, 45011)


def minute(clock: Clock) -> str:
    return str(int(clock.now() // 60))


def daily_limit(world: World, path: str, limits: tuple[int, int] | None) -> int | None:
    """The limit of a new account, or of a test account, unless the operator set another."""
    if path in world.state.limits:
        return world.state.limits[path]
    return limits and limits[world.state.profile == "test"]

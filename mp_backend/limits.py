"""How often one address may call (限流): counted by the minute, in Redis when there is one, else in this process.

Redis gone costs exactness and nothing else (R20): then each process counts for itself.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from datetime import datetime

import redis
import structlog

from core import redis_client
from core.clock import Clock
from core.crypto import keyring

# A school, or half a city behind one operator's gateway, comes from one address: these stop scripts, not classes.
READING = 1200
LOGIN = 120
MINUTE = 60
# A Redis that hangs must not hold up a request (R22), nor each of the next ones.
PATIENCE_S = 0.2
LEAVE_ALONE_S = 10.0


class Limits:
    """Counts calls by address. No address is kept as it is, in Redis or here (P10)."""

    def __init__(self, clock: Clock, redis_url: str = "") -> None:
        self._clock = clock
        self._own = _OwnCounter()
        self._shared = redis_client.connect(redis_url, PATIENCE_S) if redis_url else None
        self._left_alone_until = 0.0

    def exceeded(self, limit: int, address: str) -> int:
        """0 when this call is within so many a minute; else the seconds until the next minute begins."""
        minute, second = _moment(self._clock.now())
        name = keyring().lookup(f"limit:{limit}:{_network(address)}")
        return 0 if self._count(name, minute) <= limit else MINUTE - second

    def close(self) -> None:
        """Drop the connections."""
        if self._shared is not None:
            self._shared.close()

    def _count(self, name: str, minute: int) -> int:
        if self._shared is not None and time.monotonic() >= self._left_alone_until:
            try:
                return _count_in(self._shared, f"zhengqing:limit:{name}:{minute}")
            except redis.RedisError as error:
                self._left_alone_until = time.monotonic() + LEAVE_ALONE_S
                structlog.get_logger().warning("limits_without_redis", error=type(error).__name__)
        return self._own.count(name, minute)


class _OwnCounter:
    """This process's counts of the present minute; with the next one they are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute, self._counts = 0, dict[str, int]()

    def count(self, name: str, minute: int) -> int:
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            self._counts[name] = self._counts.get(name, 0) + 1
            return self._counts[name]


def _count_in(shared: redis.Redis, key: str) -> int:
    with shared.pipeline() as both:
        both.incr(key)
        both.expire(key, 2 * MINUTE)
        return int(both.execute()[0])


def _moment(now: datetime) -> tuple[int, int]:
    return divmod(int(now.timestamp()), MINUTE)


def _network(address: str) -> str:
    """One IPv4 address, or the /64 that one IPv6 household has."""
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))

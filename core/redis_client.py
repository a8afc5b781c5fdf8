"""One way to Redis (缓存): it may be away or hung, so whoever asks gives up soon and asks the database instead."""

from __future__ import annotations

import redis


def connect(url: str, patience_s: float) -> redis.Redis:
    """A client that makes no connection yet, waits no longer than told and never tries twice."""
    return redis.Redis.from_url(url, socket_timeout=patience_s, socket_connect_timeout=patience_s, retry=None)


def fault(url: str, patience_s: float = 2.0) -> str:
    """Why it does not answer, as the name of the error; nothing when it does."""
    try:
        with connect(url, patience_s) as client:
            client.ping()
    except redis.RedisError as error:
        return type(error).__name__
    return ""

"""A token as text, and Redis as a fast place to find it: never the only copy and never the guard (R14, R20)."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
import structlog

from core import redis_client
from core.crypto import SealBroken, keyring

# WeChat gives a new token only within the last five minutes (platform D2); asked earlier, it repeats the old one.
REFRESH_BEFORE = timedelta(seconds=290)
# A token may run out on its way.
USABLE_BEFORE = timedelta(seconds=10)
# A Redis that hangs must not hold up every call.
PATIENCE_S = 0.3
LEAVE_ALONE_S = 5.0
log = structlog.get_logger()


@dataclass(frozen=True)
class Token:
    """A token's text and its times, by our clock; `forced` when the one before had to be thrown away."""

    value: str
    obtained_at: datetime
    expires_at: datetime
    forced: bool = False

    def is_fresh(self, now: datetime) -> bool:
        """Whether nobody need think of the next one yet."""
        return now < self.expires_at - REFRESH_BEFORE

    def is_usable(self, now: datetime) -> bool:
        """Whether WeChat still takes it."""
        return now < self.expires_at - USABLE_BEFORE


class NoCache:
    """Where there is no Redis."""

    def read(self, app_id: str) -> Token | None:
        """Nothing is kept."""
        return None

    def write(self, app_id: str, token: Token, now: datetime) -> None:
        """Nothing is kept."""


class RedisCache(NoCache):
    """Tokens in Redis, sealed; when Redis is away the database is asked."""

    def __init__(self, url: str) -> None:
        self._redis = redis_client.connect(url, PATIENCE_S)
        self._left_alone_until = 0.0

    def read(self, app_id: str) -> Token | None:
        """The token that was kept last; None when there is none or Redis is away."""
        if time.monotonic() < self._left_alone_until:
            return None
        try:
            sealed = self._redis.get(_key(app_id))
        except redis.RedisError as error:
            self._leave_alone(error)
            return None
        return _opened(app_id, sealed) if isinstance(sealed, bytes) else None

    def write(self, app_id: str, token: Token, now: datetime) -> None:
        """Keep it for as long as it is good."""
        seconds = int((token.expires_at - now).total_seconds())
        if seconds <= 0 or time.monotonic() < self._left_alone_until:
            return
        facts = [token.value, token.obtained_at.isoformat(), token.expires_at.isoformat()]
        try:
            self._redis.set(_key(app_id), keyring().seal(json.dumps(facts).encode(), _key(app_id)), ex=seconds)
        except redis.RedisError as error:
            self._leave_alone(error)

    def close(self) -> None:
        """Drop the connections."""
        self._redis.close()

    def _leave_alone(self, error: redis.RedisError) -> None:
        self._left_alone_until = time.monotonic() + LEAVE_ALONE_S
        log.warning("token_cache_away", error=type(error).__name__)


def _opened(app_id: str, sealed: bytes) -> Token | None:
    try:
        value, obtained_at, expires_at = json.loads(keyring().open(sealed, _key(app_id)))
    except (SealBroken, ValueError):
        return None  # of another deployment, or sealed with a key that is gone
    return Token(value, datetime.fromisoformat(obtained_at), datetime.fromisoformat(expires_at))


def _key(app_id: str) -> str:
    return f"zhengqing:access_token:{app_id}"

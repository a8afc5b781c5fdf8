"""Access tokens (接口调用凭据): the plain and the stable kind, which know nothing of each other."""

from __future__ import annotations

import secrets

from simulator.errors import ApiError
from simulator.state import Token

LIFE_S = 7200
OVERLAP_S = 300
PLAIN, STABLE = "token", "stable_token"


def issue(tokens: list[Token], app_id: str, source: str, now: float) -> Token:
    """A new token; the one before it of the same source works five more minutes."""
    for old in tokens:
        if old.app_id == app_id and old.source == source and old.overlap_until is None:
            old.overlap_until = now + OVERLAP_S
    # Long dead tokens are kept a day, so that they can be told from made-up ones.
    tokens[:] = [each for each in tokens if each.expires_at > now - 86400]
    fresh = Token(secrets.token_urlsafe(102), app_id, source, now, now + LIFE_S)
    tokens.append(fresh)
    return fresh


def newest(tokens: list[Token], app_id: str, source: str, now: float) -> Token | None:
    """The latest token, unless it is so near its end that the platform would give another."""
    for each in reversed(tokens):
        if (each.app_id, each.source) == (app_id, source):
            return each if each.expires_at - now > OVERLAP_S else None
    return None


def check(tokens: list[Token], text: str, now: float) -> str:
    """The app id a token belongs to."""
    token = next((each for each in tokens if secrets.compare_digest(each.text.encode(), text.encode())), None)
    if token is None or (token.overlap_until is not None and now >= token.overlap_until):
        raise ApiError(40001)
    if now >= token.expires_at:
        raise ApiError(42001)
    return token.app_id

"""The query string of a push (platform A1, A2), and the signatures in it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, fields

from bot.refused import Refused

MAX_LENGTH = 128
MAX_ECHO_LENGTH = 1024


@dataclass(frozen=True)
class Query:
    """What we read of the query string; "" where a parameter is missing. `openid` is unsigned, so never read."""

    signature: str = ""
    timestamp: str = ""
    nonce: str = ""
    msg_signature: str = ""
    encrypt_type: str = ""
    echostr: str = ""

    @classmethod
    def parse(cls, pairs: Iterable[tuple[str, str]]) -> Query:
        """Raises Refused for a repeated, over-long or non-ASCII parameter of ours; ignores the others."""
        ours: dict[str, str] = {}
        for name, value in pairs:
            if name not in OURS:
                continue
            if name in ours:
                raise Refused(403, "repeated_parameter")
            if not _is_plain(name, value):
                raise Refused(403, "bad_parameter")
            ours[name] = value
        return cls(**ours)


OURS = frozenset(field.name for field in fields(Query))


def _is_plain(name: str, value: str) -> bool:
    limit = MAX_ECHO_LENGTH if name == "echostr" else MAX_LENGTH
    return len(value) <= limit and value.isascii() and value.isprintable()


def sign(*parts: str) -> str:
    """WeChat's signature: SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Whether the signature fits, in constant time."""
    return hmac.compare_digest(signature.encode(), sign(*parts).encode())

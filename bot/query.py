"""The query string of a push (platform A1, A2), and the signatures in it."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
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
        names = {field.name for field in fields(cls)}
        ours = [(name, value) for name, value in pairs if name in names]
        if any(count > 1 for count in Counter(name for name, _ in ours).values()):
            raise Refused(403, "repeated_parameter")
        if not all(_is_plain(name, value) for name, value in ours):
            raise Refused(403, "bad_parameter")
        return cls(**dict(ours))


def _is_plain(name: str, value: str) -> bool:
    limit = MAX_ECHO_LENGTH if name == "echostr" else MAX_LENGTH
    return len(value) <= limit and value.isascii() and value.isprintable()


def sign(*parts: str) -> str:
    """WeChat's signature: SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Whether the signature fits, in constant time."""
    return hmac.compare_digest(signature.encode(), sign(*parts).encode())

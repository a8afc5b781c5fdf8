"""Passwords: argon2id, a few plain rules, and one-time passwords to hand over."""

from __future__ import annotations

import secrets
import threading
from functools import cache
from itertools import pairwise

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from core.staff.errors import WeakPassword

SHORTEST, LONGEST = 10, 128
# Read aloud or copied by hand: nothing that is mistaken for something else.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_COMMON = (
    "password",
    "qwertyuiop",
    "iloveyou",
    "1q2w3e4r",
    "zhengqing",
    "zhengzhou",
    "gongqingtuan",
    "12345",
    "12355",
    "admin",
)
# OWASP's numbers for argon2id. At most two at once: guessing must take neither the memory nor both cores (R22).
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))
_turns = threading.BoundedSemaphore(2)


def hash_of(password: str) -> str:
    """What is stored instead of the password."""
    with _turns:
        return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password; for nobody (None) it takes the same work and the answer is no."""
    if len(password) > LONGEST:
        password = ""  # longer than any we accept, so certainly wrong
    with _turns:
        try:
            right = _hasher.verify(password, stored or _nobodys_hash())
        except UnknownHashError:
            return False
    return right and stored is not None


def require_good(password: str, login: str) -> None:
    """Raises WeakPassword, with the reason a person can act on."""
    plain = password.lower()
    if len(password) < SHORTEST:
        raise WeakPassword(why=f"密码至少要 {SHORTEST} 个字符")
    if len(password) > LONGEST:
        raise WeakPassword(why=f"密码最多 {LONGEST} 个字符")
    if len(set(plain)) < 5:
        raise WeakPassword(why="密码里重复的字符太多，请换一个")
    if login.lower() in plain:
        raise WeakPassword(why="密码里不要带上登录名")
    if any(plain.startswith(word) and len(plain) - len(word) < 6 for word in _COMMON) or _is_row(plain):
        raise WeakPassword(why="这个密码太常见，很容易被猜到，请换一个")


def one_time() -> str:
    """A password to hand over once, such as kx7m-2wap-9tqe-hr4n; the first sign-in asks for another."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex(16))


def _is_row(text: str) -> bool:
    # 12345678…, abcdefgh…, and the same backwards.
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})

"""Field encryption (AES-GCM with key id, P10), keyed hashes for look-ups, and nothing else.

A sealed field is: version 1 · length of key id · key id · 12-byte nonce · ciphertext and tag. The associated data is
`table:row:column`, so that a value copied to another row or column does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import ConfigurationError

_VERSION = 1
_NONCE = 12


class SealBroken(Exception):
    """A sealed value cannot be opened: wrong or missing key, or moved or altered bytes."""


class Keyring:
    """The data keys: the first seals, all of them open."""

    def __init__(self, keys: dict[str, bytes], lookup_key: bytes) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self.current = next(iter(keys))
        self._lookup_key = lookup_key

    @classmethod
    def passing(cls) -> Keyring:
        """Fresh keys that nobody will know again, for what is not kept."""
        return cls({"passing": os.urandom(32)}, os.urandom(32))

    @classmethod
    def parse(cls, data_keys: str, lookup_key: str) -> Keyring:
        """From `k2:<base64>,k1:<base64>`, current key first.

        Raises ConfigurationError that names the faulty key id, never its value.
        """
        keys: dict[str, bytes] = {}
        for part in filter(None, (part.strip() for part in data_keys.split(","))):
            name, _, encoded = part.partition(":")
            if not name or name in keys or not _is_key(encoded):
                raise ConfigurationError(
                    f"DATA_KEYS: key {name[:8]!r} is not `id:base64 of 32 random bytes`, or its id is there twice. "
                    "Make one: "
                    "python3 -c 'import base64,os; print(\"k1:\" + base64.b64encode(os.urandom(32)).decode())'"
                )
            keys[name] = base64.b64decode(encoded)
        if not keys:
            raise ConfigurationError("DATA_KEYS is empty; see .env.example")
        return cls(keys, hashlib.sha256(lookup_key.encode()).digest())

    def seal(self, plain: bytes, context: str) -> bytes:
        """Encrypt under the current key, bound to `context`."""
        nonce, name = os.urandom(_NONCE), self.current.encode()
        cipher = self._ciphers[self.current]
        return bytes([_VERSION, len(name)]) + name + nonce + cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt. Raises SealBroken."""
        name, rest = self._split(sealed)
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise SealBroken(f"data key {name!r} is not in DATA_KEYS")
        try:
            return cipher.decrypt(rest[:_NONCE], rest[_NONCE:], context.encode())
        except InvalidTag:
            raise SealBroken("the value was altered, or belongs to another row") from None

    def key_of(self, sealed: bytes) -> str:
        """The id of the key that sealed this value."""
        return self._split(sealed)[0]

    def lookup(self, value: str) -> str:
        """A keyed hash: finds a person or a push again without storing who they are. 32 hex digits."""
        return hmac.new(self._lookup_key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]

    @staticmethod
    def _split(sealed: bytes) -> tuple[str, bytes]:
        if len(sealed) < 2 or sealed[0] != _VERSION or len(sealed) < 2 + sealed[1] + _NONCE:
            raise SealBroken("not a sealed value")
        end = 2 + sealed[1]
        return sealed[2:end].decode("ascii", "replace"), sealed[end:]


def _is_key(encoded: str) -> bool:
    try:
        return len(base64.b64decode(encoded, validate=True)) == 32
    except binascii.Error:
        return False


_installed: list[Keyring] = []


def install(keyring: Keyring) -> None:
    """Make this the keyring of the process; the composition root does it once, before any row is read."""
    _installed[:] = [keyring]


def keyring() -> Keyring:
    """The keyring of the process. Raises RuntimeError when none was installed."""
    if not _installed:
        raise RuntimeError("no keyring installed; call core.crypto.install first")
    return _installed[0]


def seal_field(table: str, row_id: Any, name: str, value: str) -> bytes:
    """Seal the text of one field for a row that is written without its model, as `Sealed` would."""
    return keyring().seal(value.encode("utf-8", "surrogatepass"), f"{table}:{row_id}:{name}")


def open_field(table: str, row_id: Any, name: str, sealed: bytes) -> str:
    """The text of a field that was read without its model. Raises SealBroken."""
    return keyring().open(sealed, f"{table}:{row_id}:{name}").decode("utf-8", "surrogatepass")


class Sealed:
    """A text attribute of a model, kept encrypted in the column `<name>_sealed`.

    Reading and writing looks like a plain attribute; None stays None.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name, self._column = name, f"{name}_sealed"

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        sealed = getattr(row, self._column)
        return None if sealed is None else open_field(row.__tablename__, row.id, self._name, sealed)

    def __set__(self, row: Any, value: str | None) -> None:
        sealed = None if value is None else seal_field(row.__tablename__, row.id, self._name, value)
        setattr(row, self._column, sealed)

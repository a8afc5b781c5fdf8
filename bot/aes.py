"""The AES envelope (安全模式, platform A3): AES-256-CBC around random, length, message and appid."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # of the padding; AES itself has 16
HEAD = 20  # 16 random bytes and the length


def encrypt(key: bytes, appid: str, message: bytes) -> str:
    """The text of an Encrypt element."""
    plain = os.urandom(16) + struct.pack(">I", len(message)) + message + appid.encode()
    pad = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(keys: tuple[bytes, ...], appid: str, encrypted: str) -> tuple[bytes, bytes] | None:
    """The message and the key that opened it; None for every fault alike, so that nobody has a padding oracle."""
    data = _base64(encrypted)
    if data is None:
        return None
    for key in keys:
        decryptor = _cipher(key).decryptor()
        message = _unwrap(decryptor.update(data) + decryptor.finalize(), appid.encode())
        if message is not None:
            return message, key
    return None


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _base64(text: str) -> bytes | None:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if data and len(data) % 16 == 0 else None


def _unwrap(padded: bytes, appid: bytes) -> bytes | None:
    pad = padded[-1]
    if not 1 <= pad <= BLOCK or padded[-pad:] != bytes([pad]) * pad:
        return None
    plain = padded[:-pad]
    if len(plain) < HEAD:
        return None
    end = HEAD + struct.unpack(">I", plain[16:HEAD])[0]
    # A length beyond the buffer leaves no tail, and an empty tail is no appid.
    return plain[HEAD:end] if hmac.compare_digest(plain[end:], appid) else None

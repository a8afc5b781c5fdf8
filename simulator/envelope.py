"""The encryption envelope (消息加解密): signatures and AES-256-CBC with 32-byte padding, as WeChat does it."""

import base64
import binascii
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAD_BLOCK = 32


class EnvelopeError(ValueError):
    """Something that cannot be opened; `code` is WeChat's own SDK vocabulary (-40001 …)."""

    def __init__(self, code: int, text: str):
        super().__init__(f"{code} {text}")
        self.code = code


def sign(*parts: str) -> str:
    """`signature` over token, timestamp, nonce; `msg_signature` when the Encrypt text is given too."""
    return hashlib.sha1(b"".join(sorted(part.encode() for part in parts))).hexdigest()


def seal(message: bytes, key43: str, app_id: str, random16: bytes | None = None) -> str:
    """Encrypt one message to the base64 text of an Encrypt element."""
    head = random16 or secrets.token_bytes(16)
    plain = head + struct.pack("!I", len(message)) + message + app_id.encode()
    encryptor = _cipher(key43).encryptor()
    return base64.b64encode(encryptor.update(_pad(plain)) + encryptor.finalize()).decode()


def unseal(encrypted: str, key43: str, app_id: str) -> bytes:
    """Decrypt an Encrypt text, checking padding, length and app id."""
    try:
        raw = base64.b64decode(encrypted, validate=True)
    except binascii.Error:
        raise EnvelopeError(-40010, "Encrypt is not base64") from None
    if not raw or len(raw) % 16:
        raise EnvelopeError(-40007, "cipher text is not a multiple of 16 bytes")
    decryptor = _cipher(key43).decryptor()
    return _content(_unpad(decryptor.update(raw) + decryptor.finalize()), app_id)


def _content(plain: bytes, app_id: str) -> bytes:
    if len(plain) < 20:
        raise EnvelopeError(-40008, "decrypted buffer is too short")
    (length,) = struct.unpack("!I", plain[16:20])
    if length > len(plain) - 20:
        raise EnvelopeError(-40008, f"declared length {length} goes beyond the buffer")
    if plain[20 + length :] != app_id.encode():
        raise EnvelopeError(-40005, "the app id inside the envelope is not ours")
    return plain[20 : 20 + length]


def _cipher(key43: str) -> Cipher:
    # The 43rd character may carry two bits that are not zero; Python's decoder lets them pass, as WeChat does.
    key = base64.b64decode(key43 + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _pad(plain: bytes) -> bytes:
    count = PAD_BLOCK - len(plain) % PAD_BLOCK
    return plain + bytes([count]) * count


def _unpad(padded: bytes) -> bytes:
    count = padded[-1]
    if not 1 <= count <= PAD_BLOCK or padded[-count:] != bytes([count]) * count:
        raise EnvelopeError(-40007, "padding is not PKCS#7 with 32-byte blocks")
    return padded[:-count]

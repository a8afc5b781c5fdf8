"""Mini-program cryptography (小程序加密数据): encryptedData, rawData signature, session check."""

import base64
import hashlib
import hmac
import json
import secrets

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def new_session_key() -> str:
    return base64.b64encode(secrets.token_bytes(16)).decode()


def sign_raw(raw_data: str, session_key: str) -> str:
    """`signature` of wx.getUserProfile: over the exact string the client got."""
    return hashlib.sha1((raw_data + session_key).encode()).hexdigest()


def sign_session(session_key: str) -> str:
    """checksession: HMAC of the empty string, keyed with the base64 text as it stands."""
    return hmac.new(session_key.encode(), b"", hashlib.sha256).hexdigest()


def encrypt(data: dict, session_key: str, iv: str | None = None) -> dict[str, str]:
    """encryptedData and iv, AES-128-CBC with PKCS#7."""
    iv = iv or base64.b64encode(secrets.token_bytes(16)).decode()
    padder = padding.PKCS7(128).padder()
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    encryptor = _cipher(session_key, iv).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return {"encryptedData": base64.b64encode(sealed).decode(), "iv": iv}


def decrypt(encrypted: str, session_key: str, iv: str) -> dict:
    decryptor = _cipher(session_key, iv).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    padded = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    return json.loads(unpadder.update(padded) + unpadder.finalize())


def _cipher(session_key: str, iv: str) -> Cipher:
    return Cipher(algorithms.AES(base64.b64decode(session_key)), modes.CBC(base64.b64decode(iv)))

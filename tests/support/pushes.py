"""Pushes as WeChat makes them (platform A2, A3): signed, encrypted when asked. An oracle of its own, not our code."""

from __future__ import annotations

import base64
import hashlib
import os
import struct
import time
from typing import Protocol
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

ACCOUNT = "gh_zhengqing"
NONCE = "998877"


class PushSettings(Protocol):
    """What of the settings decides how a push looks."""

    wechat_token: str
    wechat_appid: str

    @property
    def aes_keys(self) -> tuple[bytes, ...]: ...


def sign(*parts: str) -> str:
    """WeChat's signature over token, timestamp, nonce (and Encrypt)."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def encrypt(key: bytes, appid: str, xml: str | bytes, prefix: bytes | None = None) -> str:
    """The Encrypt element's text; `prefix` takes the place of the 16 random bytes."""
    data = xml.encode() if isinstance(xml, str) else xml
    plain = (prefix or os.urandom(16)) + struct.pack(">I", len(data)) + data + appid.encode()
    pad = 32 - len(plain) % 32
    return encrypt_block(key, plain + bytes([pad]) * pad)


def encrypt_block(key: bytes, padded: bytes) -> str:
    """Encrypt bytes that are padded already, rightly or wrongly."""
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def decrypt(key: bytes, encrypted: str) -> tuple[str, str]:
    """The XML and the appid in an Encrypt element's text."""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    plain = plain[: -plain[-1]]
    end = 20 + struct.unpack(">I", plain[16:20])[0]
    return plain[20:end].decode(), plain[end:].decode()


def push(
    settings: PushSettings,
    xml: str,
    mode: str = "safe",
    nonce: str = NONCE,
    timestamp: int | None = None,
    key: bytes | None = None,
) -> tuple[str, bytes]:
    """The query string and body of one push, now and with the current key unless told otherwise."""
    stamp = str(int(time.time()) if timestamp is None else timestamp)
    if mode == "plain":
        return query(settings, stamp, nonce), xml.encode()
    encrypted = encrypt(key or settings.aes_keys[0], settings.wechat_appid, xml)
    element = f"<Encrypt><![CDATA[{encrypted}]]></Encrypt>"
    body = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>{element}</xml>"
    if mode == "compatible":
        body = xml.replace("</xml>", f"{element}</xml>")
    return query(settings, stamp, nonce, encrypted), body.encode()


def query(settings: PushSettings, timestamp: str, nonce: str, encrypted: str | None = None) -> str:
    """The signed query string; with `encrypted`, of an AES mode."""
    pairs = {"signature": sign(settings.wechat_token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    if encrypted is not None:
        pairs["encrypt_type"] = "aes"
        pairs["msg_signature"] = sign(settings.wechat_token, timestamp, nonce, encrypted)
    return urlencode(pairs)


def cdata(text: str) -> str:
    """Text as a CDATA section; WeChat splits `]]>` too."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def message_xml(
    open_id: str, kind: str, own: str, created_at: int = 1700000000, msg_id: int | str | None = None
) -> str:
    """The XML of any push; `own` is the XML of its own fields."""
    number = "" if msg_id is None else f"<MsgId>{msg_id}</MsgId>"
    return (
        f"<xml><ToUserName>{cdata(ACCOUNT)}</ToUserName><FromUserName>{cdata(open_id)}</FromUserName>"
        f"<CreateTime>{created_at}</CreateTime><MsgType>{cdata(kind)}</MsgType>{own}{number}</xml>"
    )


def text_xml(
    open_id: str, text: str, msg_id: int | str | None = 23456789012345678, created_at: int = 1700000000
) -> str:
    """A text message (文本消息)."""
    return message_xml(open_id, "text", f"<Content>{cdata(text)}</Content>", created_at, msg_id)


def event_xml(open_id: str, event: str, event_key: str = "", own: str = "", created_at: int = 1700000000) -> str:
    """An event (事件推送); `own` is the XML of its other fields."""
    head = f"<Event>{cdata(event)}</Event><EventKey>{cdata(event_key)}</EventKey>"
    return message_xml(open_id, "event", head + own, created_at)


def opened_reply(settings: PushSettings, body: bytes, key: bytes | None = None) -> str:
    """The reply's plain text: decrypted when it is an envelope, whose signature and appid must be right."""
    if body == b"success":
        return "success"
    fields = reply_fields(body)
    if "Encrypt" not in fields:
        return body.decode()
    expected = sign(settings.wechat_token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
    assert fields["MsgSignature"] == expected
    xml, appid = decrypt(key or settings.aes_keys[0], fields["Encrypt"])
    assert appid == settings.wechat_appid
    return xml


def reply_fields(xml: str | bytes) -> dict[str, str]:
    """The top-level fields of a reply; fails on XML that is not well-formed."""
    root = etree.fromstring(xml.encode() if isinstance(xml, str) else xml)
    return {child.tag: child.text or "" for child in root}

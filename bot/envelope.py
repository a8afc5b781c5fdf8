"""The envelope of a push (platform A): verify, decrypt and read it; render, encrypt and sign the reply."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot import aes
from bot.inbound import message_of, read_message
from bot.query import Query, is_signed, sign
from bot.refused import Refused
from bot.xml_in import Fields, decode, parse
from bot.xml_out import envelope, render
from core.config import Settings
from core.messages import InboundMessage, Message, NewsReply, Reply, Unknown

__all__ = ["Envelope", "Opened", "Query", "Refused", "body_cap", "read_message", "render"]

# Of the message itself. Encrypted it travels longer: in compatible mode plain and once more in base64. A long letter
# (20,000 characters, platform A6) must come through in every mode.
MAX_MESSAGE = 64 * 1024
MAX_SEALED_BODY = 160 * 1024
FRESH_S = 5 * 60
SUCCESS = "success"


@dataclass(frozen=True)
class Opened:
    """A push that is genuine; `aes_key` is the key that opened it, None for a plain one."""

    message: InboundMessage
    aes_key: bytes | None
    nonce: str


class Envelope:
    """Opens pushes and seals replies with this account's token and keys."""

    def __init__(self, settings: Settings) -> None:
        self._token, self._appid = settings.wechat_token, settings.wechat_appid
        self._keys, self._mode = settings.aes_keys, settings.wechat_mode

    def verify_url(self, query: Query) -> str:
        """The echostr to answer with (URL verification). Raises Refused(403)."""
        self._require_signature(query)
        if not query.echostr:
            raise Refused(403, "missing_parameter")
        return query.echostr

    def open(self, query: Query, body: bytes, now: datetime) -> Opened:
        """The push. Raises Refused; nothing of the body is parsed before the signature fits."""
        if len(body) > body_cap(query):
            raise Refused(413, "too_large")
        try:
            self._require_signature(query)
            return self._open_plain(query, body, now) if self._mode == "plain" else self._open_sealed(query, body)
        except Refused:
            if len(body) > MAX_MESSAGE:
                # The room above the cap is for genuine letters alone.
                raise Refused(413, "too_large") from None
            raise

    def seal(self, opened: Opened, reply: Reply, at: int) -> bytes:
        """The answer's body: `success`, or XML as the push came, plain or sealed with the key that opened it."""
        message = opened.message
        if not message.open_id:
            return SUCCESS.encode()
        plain = render(_fit(reply, message), message.open_id, message.account_id, at)
        if opened.aes_key is None or plain == SUCCESS:
            return plain.encode()
        encrypted = aes.encrypt(opened.aes_key, self._appid, plain.encode())
        return envelope(encrypted, sign(self._token, str(at), opened.nonce, encrypted), at, opened.nonce).encode()

    def _require_signature(self, query: Query) -> None:
        if not (query.signature and query.timestamp and query.nonce):
            raise Refused(403, "missing_parameter")
        if not is_signed(query.signature, self._token, query.timestamp, query.nonce):
            raise Refused(403, "bad_signature")

    def _open_sealed(self, query: Query, body: bytes) -> Opened:
        if query.encrypt_type != "aes" or not query.msg_signature:
            raise Refused(403, "downgrade")
        xml = parse(body)
        if not xml.has("Encrypt"):
            raise Refused(403, "downgrade")
        return self._decrypted(query, xml)

    def _decrypted(self, query: Query, xml: Fields) -> Opened:
        """In compatible mode too, nothing is read but what was encrypted: the rest is signed by nobody."""
        encrypted = xml.text("Encrypt").strip()
        if not is_signed(query.msg_signature, self._token, query.timestamp, query.nonce, encrypted):
            raise Refused(403, "bad_signature")
        found = aes.decrypt(self._keys, self._appid, encrypted)
        if found is None:
            raise Refused(403, "bad_ciphertext")
        plain, key = found
        if len(plain) > MAX_MESSAGE:
            raise Refused(413, "too_large")
        return Opened(_read(parse(plain), plain), key, query.nonce)

    def _open_plain(self, query: Query, body: bytes, now: datetime) -> Opened:
        # Here the signature covers no body, so an address that leaked must not work for long (platform A7).
        if not _is_fresh(query.timestamp, now):
            raise Refused(403, "stale")
        xml = parse(body)
        if xml.has("Encrypt") and query.msg_signature and self._keys:
            return self._decrypted(query, xml)
        if xml.has("Encrypt") and not xml.has("MsgType"):
            raise Refused(403, "encrypted")
        return Opened(_read(xml, body), None, query.nonce)


def body_cap(query: Query) -> int:
    """How many bytes the body of this push may have."""
    return MAX_SEALED_BODY if query.encrypt_type == "aes" else MAX_MESSAGE


def _read(xml: Fields, raw: bytes) -> InboundMessage:
    return message_of(xml, decode(raw))


def _is_fresh(timestamp: str, now: datetime) -> bool:
    return bool(re.fullmatch("[0-9]{1,10}", timestamp)) and abs(now.timestamp() - int(timestamp)) <= FRESH_S


def _fit(reply: Reply, message: InboundMessage) -> Reply:
    """News after something a person sent may hold one article, after an event eight; WeChat drops the others."""
    if not isinstance(reply, NewsReply):
        return reply
    most = 1 if isinstance(message.body, Message | Unknown) else 8
    return replace(reply, articles=reply.articles[:most])

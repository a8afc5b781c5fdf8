"""One push's XML → InboundMessage: the header that all pushes share, around a typed body (platform B)."""

from __future__ import annotations

import hashlib
import re

from bot.bodies import read_body
from bot.refused import Refused
from bot.xml_in import Fields, parse
from core import messages as m

MAX_ID_LENGTH = 128
# The end of the year 2100: later dates are nobody's, and break calendars and columns.
MAX_CREATED_AT = 4_133_980_799
HEADER = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "EventKey")


def read_message(raw: str) -> m.InboundMessage:
    """The push in decrypted XML. Raises Refused(400)."""
    return message_of(parse(raw), raw)


def message_of(xml: Fields, raw: str) -> m.InboundMessage:
    """The push in XML that is parsed already; `raw` is what it was parsed from."""
    header = {name: xml.text(name).strip() for name in HEADER}
    if not header["MsgType"]:
        return _health_check(xml, raw)
    kind = _identifier(header["MsgType"]).lower()
    event = _identifier(header["Event"]) if kind == "event" else ""
    body = read_body(kind, event.lower(), xml)
    message_id = _message_id(kind, header["MsgId"])
    return m.InboundMessage(
        open_id=_person(body, _identifier(header["FromUserName"])),
        account_id=_identifier(header["ToUserName"]),
        created_at=_created_at(header["CreateTime"]),
        message_id=message_id,
        body=body,
        raw=raw,
        event=event,
        event_key=header["EventKey"] if kind == "event" else "",
        own_id="" if message_id else _own_id(kind, body, raw),
    )


def _health_check(xml: Fields, raw: str) -> m.InboundMessage:
    """Cloud hosting (微信云托管) knocks without any MsgType (platform A6)."""
    action = _identifier(xml.text("action").strip())
    return m.InboundMessage("", "", 0, "", m.Unknown(action), raw, event=action)


def _identifier(text: str) -> str:
    if not text:
        raise Refused(400, "missing_tag")
    if len(text) > MAX_ID_LENGTH:
        raise Refused(400, "bad_header")
    return text


def _created_at(text: str) -> int:
    if not text:
        raise Refused(400, "missing_tag")
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > MAX_CREATED_AT:
        raise Refused(400, "bad_header")
    return int(text)


def _message_id(kind: str, text: str) -> str:
    # A 0 is some library's default and would make all messages one (R2).
    if kind == "event" or re.fullmatch("0*", text):
        return ""
    return _identifier(text)


def _person(body: m.Body, sender: str) -> str:
    # The sender of a privacy event is the platform: what is done to it is done to nobody (platform B4).
    return body.open_id if isinstance(body, m.PrivacyChange) else sender


def _own_id(kind: str, body: m.Body, raw: str) -> str:
    """What tells this push from another of the same sender, second and event key."""
    if kind != "event":
        return hashlib.sha256(raw.encode()).hexdigest()
    if isinstance(body, m.MediaCheck):
        return body.trace_id
    if isinstance(body, m.PublishFinished):
        return body.publish_id
    if isinstance(body, m.TemplateSendFinished | m.MassSendFinished):
        return body.message_id
    if isinstance(body, m.SubscribeMessageEvent):
        return ",".join(choice.message_id for choice in body.choices)
    return ""

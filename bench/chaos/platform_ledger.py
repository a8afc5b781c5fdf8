"""What the platform's ledger says: pushes by identity with every try and answer, and every send it took."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from simulator import envelope
from simulator.ledger import read

ANSWERED = ("ok", "empty")
SENDS = ("/cgi-bin/message/custom/send", "/cgi-bin/message/template/send")


@dataclass
class Push:
    """One push: how often it was tried, and what each good answer said."""

    tries: int = 0
    late: int = 0
    degraded: int = 0
    acknowledged: bool = False
    replies: set[str] = field(default_factory=set)


@dataclass
class Heard:
    """All that one ledger holds; `accepted` counts the messages it took, by addressee."""

    pushes: dict[str, Push] = field(default_factory=dict)
    accepted: Counter[str] = field(default_factory=Counter)


def identity(xml: str) -> str:
    """What is the same in all deliveries of one push (platform A5); our own reading, not the product's."""
    fields = {str(child.tag): child.text or "" for child in etree.fromstring(xml.encode())}
    if fields.get("MsgId"):
        return fields["MsgId"]
    # MsgID is the number of a template message that arrived: two of them in a second are two events.
    names = ("FromUserName", "CreateTime", "Event", "EventKey", "MsgID")
    return "|".join(fields.get(name, "") for name in names)


def hear(ledger: Path, environment: dict[str, str]) -> Heard:
    """Read it once, from beginning to end."""
    heard, by_id, sends = Heard(), dict[str, Push](), dict[int, str]()
    for entry in read(ledger):
        kind = entry["kind"]
        if kind == "push.sent":
            by_id[entry["push_id"]] = heard.pushes.setdefault(identity(entry["plain_xml"]), Push())
        elif kind == "push.answered":
            _note(by_id[entry["push_id"]], entry, environment)
        elif kind == "api.received" and entry["path"] in SENDS:
            sends[entry["n"]] = json.loads(entry["body"])["touser"]
        elif kind == "api.answered" and entry["path"] in SENDS and _is_accepted(entry):
            heard.accepted[sends[entry["to"]]] += 1
    return heard


def _note(push: Push, entry: dict[str, Any], environment: dict[str, str]) -> None:
    push.tries += 1
    push.late += entry["verdict"] == "timeout"
    if entry["verdict"] not in ANSWERED:
        return
    push.acknowledged = True
    if _route(entry) == "spooled":
        push.degraded += 1  # from memory, while the database was away: true, and not the stored reply (R4)
    else:
        push.replies.add(_opened(entry["body"], environment))


def _route(entry: dict[str, Any]) -> str:
    headers = {name.lower(): value for name, value in entry["headers"].items()}
    return str(json.loads(headers.get("x-zhengqing-why", "{}")).get("route", ""))


def _opened(body: str, environment: dict[str, str]) -> str:
    if body.strip() in ("", "success"):
        return ""
    sealed = etree.fromstring(body.encode()).findtext("Encrypt") or ""
    return envelope.unseal(sealed, environment["WECHAT_AES_KEY"], environment["WECHAT_APPID"]).decode()


def _is_accepted(entry: dict[str, Any]) -> bool:
    return entry["status"] == 200 and json.loads(entry.get("body") or "{}").get("errcode", 0) == 0

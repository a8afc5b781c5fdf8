"""Sealing (加密与签名): a message becomes the URL, headers and body that go to the callback."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from simulator import envelope
from simulator.state import Push
from simulator.xml import cdata

if TYPE_CHECKING:
    from simulator.world import World

RETRIES = 3
HEADERS = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*", "Pragma": "no-cache"}


@dataclass(frozen=True)
class Options:
    """How to deliver; the defaults are what WeChat does."""

    mode: str | None = None
    retries: int = RETRIES
    # All tries at once, as when WeChat does not wait for the first.
    concurrent: bool = False
    previous_key: bool = False
    openid_in_query: bool = True
    timestamp: int | None = None
    nonce: str | None = None


WECHATS_WAY = Options()


@dataclass(frozen=True)
class Letter:
    """What to push: its XML, whose chat it belongs to, and whether a fan could see an answer."""

    xml: str
    open_id: str
    kind: str
    sender: str = ""
    answerable: bool = True
    bubble_id: str | None = None


def seal_push(world: World, letter: Letter, options: Options) -> Push:
    """The push as it will go out, the same on every try."""
    mode = options.mode or world.mode
    key = world.keys[-1] if options.previous_key else world.key
    stamp, nonce = str(options.timestamp or int(world.clock.wall())), options.nonce or new_nonce()
    query = {"signature": envelope.sign(world.settings.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
    if options.openid_in_query:
        query["openid"] = letter.open_id
    body = letter.xml
    if mode != "plain":
        encrypted = envelope.seal(letter.xml.encode(), key, world.settings.app_id)
        signature = envelope.sign(world.settings.token, stamp, nonce, encrypted)
        query |= {"encrypt_type": "aes", "msg_signature": signature}
        body = _wrapped(mode, letter.xml, encrypted, world.gh_id)
    url = with_query(world.settings.callback, query)
    return Push(
        id=secrets.token_hex(8),
        open_id=letter.open_id,
        kind=letter.kind,
        mode=mode,
        at=world.clock.iso(),
        url=url,
        request_headers=dict(HEADERS),
        plain_xml=letter.xml,
        wire_body=body,
        sender=letter.sender or letter.open_id,
        key=key,
        answerable=letter.answerable,
        bubble_id=letter.bubble_id,
    )


def new_msg_id(wall: float) -> int:
    """64 bits that never repeat, also not after a restart from an old snapshot: bots de-duplicate by it."""
    return (int(wall * 1000) << 20) | secrets.randbits(20)


def new_nonce() -> str:
    return str(secrets.randbelow(9 * 10**8) + 10**8)


def _wrapped(mode: str, xml: str, encrypted: str, gh_id: str) -> str:
    sealed = f"<Encrypt>{cdata(encrypted)}</Encrypt>"
    if mode == "safe":
        return f"<xml><ToUserName>{cdata(gh_id)}</ToUserName>{sealed}</xml>"
    head, _, _ = xml.rpartition("</xml>")
    return f"{head}{sealed}</xml>"


def with_query(url: str, query: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"

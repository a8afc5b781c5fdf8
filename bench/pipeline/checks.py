"""Read every answer of a run: a load test that looks at status codes alone misses empty and wrong replies."""

from __future__ import annotations

from collections import Counter

from bench.pipeline.load import Exchange
from tests.support import pushes
from tests.support.pushes import PushSettings

# What the account says when it could not do its work: true, but no answer.
EXCUSES = ("common.busy_saved", "common.sorry")


def faults(exchanges: list[Exchange], settings: PushSettings, excuses: tuple[str, ...]) -> Counter[str]:
    """What is wrong, by kind; empty when every reply is whole, addressed to its sender and says something."""
    found = Counter(_fault(exchange, settings, excuses) for exchange in exchanges)
    del found[""]
    return found


def _fault(exchange: Exchange, settings: PushSettings, excuses: tuple[str, ...]) -> str:
    head, _, body = exchange.answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        return head[:12].decode("ascii", "replace")
    try:
        reply = pushes.opened_reply(settings, body)
        if reply == "success" or not reply:
            return "no reply" if exchange.push.awaits_reply else ""
        fields = pushes.reply_fields(reply)
    except (AssertionError, ValueError, SyntaxError) as error:
        return f"unreadable: {type(error).__name__}"
    if fields["ToUserName"] != exchange.push.open_id:
        return "somebody else's reply"
    shown = fields.get("Content", "") if fields["MsgType"] == "text" else fields.get("ArticleCount", "")
    if not shown.strip():
        return "empty"
    return "excuse" if any(excuse in shown for excuse in excuses) else ""

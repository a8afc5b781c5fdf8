"""How a reply is kept on its interaction, so that a repeat is answered byte for byte alike (R2)."""

from __future__ import annotations

import json
from typing import Any

from core.messages import Article, NewsReply, NoReply, Reply, TextReply


def pack(reply: Reply, at: int) -> str:
    """The reply and its CreateTime (seconds) as JSON."""
    fields: dict[str, Any] = {"at": at, "key": reply.key}
    if isinstance(reply, TextReply):
        fields["text"] = reply.text
    elif isinstance(reply, NewsReply):
        fields["articles"] = [[a.title, a.description, a.url, a.pic_url] for a in reply.articles]
    return json.dumps(fields, ensure_ascii=False)


def unpack(packed: str) -> tuple[Reply, int]:
    """The reply and its CreateTime again."""
    fields = json.loads(packed)
    if "text" in fields:
        return TextReply(fields["key"], fields["text"]), fields["at"]
    if "articles" in fields:
        return NewsReply(fields["key"], tuple(Article(*article) for article in fields["articles"])), fields["at"]
    return NoReply(fields["key"]), fields["at"]


def as_text(packed: str) -> str:
    """What the person saw, in words: for lists and exports."""
    reply, _ = unpack(packed)
    if isinstance(reply, TextReply):
        return reply.text
    if isinstance(reply, NewsReply):
        return "\n".join(f"[{article.title}] {article.url}" for article in reply.articles)
    return ""

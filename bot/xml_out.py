"""Replies as XML (被动回复, platform C): well-formed and within WeChat's limits, whatever the text."""

from __future__ import annotations

import re

from bot.cut import cut
from core.messages import Article, NewsReply, NoReply, Reply, TextReply

MAX_CONTENT = 2048  # bytes

# All that XML 1.0 does not allow, lone surrogates included.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(reply: Reply, to_open_id: str, from_account: str, at: int) -> str:
    """The plain reply; the same for the same arguments. `success` when there is nothing to show."""
    own = _own(reply)
    if not own:
        return "success"
    return (
        f"<xml><ToUserName>{cdata(to_open_id)}</ToUserName><FromUserName>{cdata(from_account)}</FromUserName>"
        f"<CreateTime>{at}</CreateTime>{own}</xml>"
    )


def envelope(encrypted: str, signature: str, at: int, nonce: str) -> str:
    """The encrypted reply (platform A3)."""
    return (
        f"<xml><Encrypt>{cdata(encrypted)}</Encrypt><MsgSignature>{cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{at}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
    )


def cdata(text: str) -> str:
    """A CDATA section that no text can leave (platform F2.6)."""
    return f"<![CDATA[{clean(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def clean(text: str) -> str:
    """The text without what XML cannot carry."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _own(reply: Reply) -> str:
    """The fields of one type; "" for what WeChat would take as an outage: an empty text, no article."""
    match reply:
        case TextReply(text=text) if clean(text).strip():
            return f"<MsgType><![CDATA[text]]></MsgType><Content>{cdata(cut(clean(text), MAX_CONTENT))}</Content>"
        case NewsReply(articles=articles) if articles:
            items = "".join(map(_item, articles))
            count = f"<ArticleCount>{len(articles)}</ArticleCount>"
            return f"<MsgType><![CDATA[news]]></MsgType>{count}<Articles>{items}</Articles>"
        case TextReply() | NewsReply() | NoReply():
            return ""


def _item(article: Article) -> str:
    return (
        f"<item><Title>{cdata(article.title)}</Title><Description>{cdata(article.description)}</Description>"
        f"<PicUrl>{cdata(article.pic_url)}</PicUrl><Url>{cdata(article.url)}</Url></item>"
    )

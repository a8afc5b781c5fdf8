"""Passive replies (被动回复): is the answer valid, and what does the fan see of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from simulator import envelope

TEXT_LIMIT = 2048
ARTICLE_LIMIT = 8
# Since 2018-10-12 an answer to one of these carries a single article.
SINGLE_ARTICLE = ("text", "image", "voice", "video", "shortvideo", "news", "location")


class BadReply(ValueError):
    """An answer WeChat would not accept; the message says what is wrong with it."""


@dataclass(frozen=True)
class Asked:
    """The push an answer belongs to."""

    kind: str
    sender: str
    gh_id: str
    mode: str
    key: str
    token: str
    app_id: str
    answerable: bool
    has_media: Callable[[str], bool]


@dataclass
class Seen:
    """The judged answer; `bubble` is None when the fan sees nothing."""

    verdict: str
    plain_xml: str | None = None
    bubble: dict | None = None
    problems: list[str] = field(default_factory=list)


def judge(body: bytes, asked: Asked) -> Seen:
    """Read one answer with status 200."""
    if body.strip() in (b"", b"success"):
        extra = [] if body in (b"", b"success") else ["success 前后有空白（真平台是否接受未证实）"]
        return Seen("empty", problems=extra)
    seen = Seen("ok")
    try:
        plain = _opened(body, asked)
        seen.plain_xml = plain.decode("utf-8", "replace")
        seen.bubble = _read(_parsed(plain), asked, seen.problems)
    except BadReply as error:
        return Seen("bad_reply", seen.plain_xml, None, [*seen.problems, str(error)])
    if seen.bubble and not asked.answerable:
        seen.problems.append(f"对 {asked.kind} 的回复用户看不到，应答 success")
        seen.bubble = None
    return seen


def _parsed(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadReply(f"不是合格的 XML：{error}") from None
    if root.getroottree().docinfo.doctype:
        raise BadReply("回复里不能有 DTD")
    if root.tag != "xml":
        raise BadReply(f"根元素是 {root.tag}，应是 xml")
    return root


def _opened(body: bytes, asked: Asked) -> bytes:
    root = _parsed(body)
    encrypted = root.findtext("Encrypt")
    if encrypted is None:
        if asked.mode == "safe":
            raise BadReply("安全模式下回复必须加密")
        return body
    if asked.mode == "plain":
        raise BadReply("明文模式下回复不能加密")
    stamp, nonce = root.findtext("TimeStamp") or "", root.findtext("Nonce") or ""
    if not stamp.isdigit():
        raise BadReply(f"TimeStamp 不是整数：{stamp!r}")
    if envelope.sign(asked.token, stamp, nonce, encrypted) != root.findtext("MsgSignature"):
        raise BadReply("MsgSignature 不对（-40001）")
    try:
        return envelope.unseal(encrypted, asked.key, asked.app_id)
    except envelope.EnvelopeError as error:
        raise BadReply(f"解密失败，应使用收到推送时的那把密钥：{error}") from None


def _read(root: etree._Element, asked: Asked, problems: list[str]) -> dict:
    _check_head(root, asked)
    kind = root.findtext("MsgType") or ""
    reader = _READERS.get(kind)
    if reader is None:
        raise BadReply(f"MsgType {kind!r} 不能用于被动回复")
    return reader(root, asked, problems)


def _check_head(root: etree._Element, asked: Asked) -> None:
    for name, expected in (("ToUserName", asked.sender), ("FromUserName", asked.gh_id)):
        if root.findtext(name) != expected:
            raise BadReply(f"{name} 是 {root.findtext(name)!r}，应是 {expected!r}（收发双方要对调）")
    created = root.findtext("CreateTime") or ""
    if not (created.isascii() and created.isdigit()):
        raise BadReply(f"CreateTime 不是整数：{created!r}")


def _text(root: etree._Element, asked: Asked, problems: list[str]) -> dict:
    content = root.findtext("Content") or ""
    size = len(content.encode())
    if not content:
        raise BadReply("Content 是空的")
    if size > TEXT_LIMIT:
        raise BadReply(f"Content 有 {size} 字节，上限 {TEXT_LIMIT}（未证实：真平台可能截断）")
    return {"kind": "text", "text": content}


def _media(path: str, kind: str) -> Callable:
    def read(root: etree._Element, asked: Asked, problems: list[str]) -> dict:
        media_id = root.findtext(path) or ""
        if not asked.has_media(media_id):
            raise BadReply(f"{path} {media_id!r} 不存在或已过期")
        return {"kind": kind, "image_url": f"/phone/media/{media_id}", "text": root.findtext("Video/Title") or ""}

    return read


def _music(root: etree._Element, asked: Asked, problems: list[str]) -> dict:
    if root.find("Music") is None:
        raise BadReply("缺少 Music")
    article = _article(root.find("Music"), "MusicUrl", "ThumbMediaId")
    return {"kind": "link", "text": article["title"], "articles": [article]}


def _news(root: etree._Element, asked: Asked, problems: list[str]) -> dict:
    items = root.findall("Articles/item")
    count = root.findtext("ArticleCount") or ""
    if not count.isdigit() or int(count) != len(items):
        raise BadReply(f"ArticleCount 是 {count!r}，实际有 {len(items)} 条")
    if not items:
        raise BadReply("图文一条也没有")
    for number, item in enumerate(items, 1):
        missing = [name for name in ("Title", "Description", "PicUrl", "Url") if item.find(name) is None]
        if missing:
            problems.append(f"第 {number} 条图文缺少 {'、'.join(missing)}")
    limit = 1 if asked.kind in SINGLE_ARTICLE else ARTICLE_LIMIT
    if len(items) > limit:
        problems.append(f"图文有 {len(items)} 条，用户只看到前 {limit} 条")
    articles = [_article(item, "Url", "PicUrl") for item in items[:limit]]
    return {"kind": "news", "text": articles[0]["title"], "articles": articles}


def _article(item, url: str, picture: str) -> dict:
    names = {"title": "Title", "description": "Description", "pic_url": picture, "url": url}
    return {name: item.findtext(tag) or "" for name, tag in names.items()}


def _transfer(root: etree._Element, asked: Asked, problems: list[str]) -> dict:
    agent = root.findtext("TransInfo/KfAccount")
    return {"side": "notice", "kind": "text", "text": f"已转接人工客服{'：' + agent if agent else ''}"}


_READERS: dict[str, Callable[[etree._Element, Asked, list[str]], dict]] = {
    "text": _text,
    "image": _media("Image/MediaId", "image"),
    "voice": _media("Voice/MediaId", "voice"),
    "video": _media("Video/MediaId", "video"),
    "music": _music,
    "news": _news,
    "transfer_customer_service": _transfer,
}

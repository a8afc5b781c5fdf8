"""Markdown to safe HTML: what staff write may hold neither scripts nor anything from elsewhere."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    "p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "del", "code", "pre", "hr", "a", "img",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}
SCHEMES = {"http", "https", "tel"}

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=512)
def to_html(text: str) -> Markup:
    """Cleaned HTML; the page's own title is its only h1."""
    html = _parser.render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    cleaned = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, attribute_filter=_keep)
    return Markup(cleaned)


def _keep(tag: str, attribute: str, value: str) -> str | None:
    # A picture from elsewhere would tell another server who reads what.
    if (tag, attribute) == ("img", "src") and urlsplit(value).netloc:
        return None
    return value

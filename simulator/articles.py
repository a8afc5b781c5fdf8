"""Articles (图文): what a draft may hold, how it is cleaned, and its web page."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from simulator import media
from simulator.errors import ApiError

if TYPE_CHECKING:
    from simulator.world import World

KINDS = ("news", "newspic")
CONTENT_CHARACTERS, CONTENT_BYTES = 20_000, 1024 * 1024
IMAGES_AT_MOST = 20
# name → (characters, error)
_SIZES = {"title": (32, 45003), "author": (16, 45110), "digest": (128, 45004), "content_source_url": (1024, 45005)}
_SCRIPT = re.compile(
    r"<script\b.*?</script\s*>|<script\b[^>]*>|\son\w+\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.I | re.S
)
_IMAGE = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)[^>]*>", re.I)
_TAG = re.compile(r"<[^>]+>")


def checked(world: World, article: object) -> dict[str, Any]:
    """An article as the platform keeps it, or the error it answers with."""
    if not isinstance(article, dict):
        raise ApiError(47001)
    kind = article.get("article_type", "news")
    if kind not in KINDS:
        raise ApiError(40035, "invalid args! article_type")
    if not article.get("title"):
        raise ApiError(45003, "title is empty")
    for name, (limit, errcode) in _SIZES.items():
        if len(str(article.get(name) or "")) > limit:
            raise ApiError(errcode)
    _check_pictures(world, article, kind)
    return {**article, "article_type": kind, **_cleaned(world, str(article.get("content") or ""), article)}


def publish_pages(world: World, articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each article its address on the web."""
    made = []
    for article in articles:
        slug = secrets.token_urlsafe(16)
        thumb = world.state.media.get(str(article.get("thumb_media_id")))
        shown = {**article, "url": f"{world.api_url}/s/{slug}", "thumb_url": thumb.url if thumb else ""}
        world.state.web_articles[slug] = shown
        made.append(shown)
    return made


def _check_pictures(world: World, article: dict, kind: str) -> None:
    if kind == "news":
        _need_permanent(world, article.get("thumb_media_id"))
        return
    info = article.get("image_info")
    images = info.get("image_list") if isinstance(info, dict) else None
    if not isinstance(images, list) or not 1 <= len(images) <= IMAGES_AT_MOST:
        raise ApiError(40035, "invalid args! image_info")
    for image in images:
        _need_permanent(world, image.get("image_media_id") if isinstance(image, dict) else None)


def _need_permanent(world: World, media_id: object) -> None:
    found = media.find(world, str(media_id))
    if found is None or not found.permanent:
        raise ApiError(40007)


def _cleaned(world: World, content: str, article: dict) -> dict[str, Any]:
    """Scripts are stripped, foreign pictures filtered, a missing digest made from the first 54 characters."""
    if len(content) >= CONTENT_CHARACTERS or len(content.encode()) >= CONTENT_BYTES:
        raise ApiError(45002)
    clean = _SCRIPT.sub("", content)
    ours = (world.api_url, "http://mmbiz.qpic.cn/", "https://mmbiz.qpic.cn/")
    clean = _IMAGE.sub(lambda found: found[0] if found[1].startswith(ours) else "", clean)
    digest = article.get("digest") or _TAG.sub("", clean).strip()[:54]
    return {"content": clean, "digest": digest}

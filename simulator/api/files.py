"""Media and material (素材): temporary for three days, permanent, and pictures for article bodies."""

import json

from simulator import media
from simulator.api.base import OK, Api, Call, Raw
from simulator.errors import ApiError
from simulator.ledger import is_utf8
from simulator.state import Media

MEGA = 1024 * 1024
# type → (bytes, endings)
KINDS = {
    "image": (10 * MEGA, ("png", "jpg", "jpeg", "gif", "bmp")),
    "voice": (2 * MEGA, ("amr", "mp3")),
    "video": (10 * MEGA, ("mp4",)),
    "thumb": (64 * 1024, ("jpg", "jpeg")),
}
TYPES = {"png": "image/png", "gif": "image/gif", "bmp": "image/bmp", "amr": "audio/amr", "mp3": "audio/mpeg"}
TYPES |= {"mp4": "video/mp4", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
BODY_PICTURE = (MEGA, ("png", "jpg", "jpeg"))


def upload(call: Call) -> dict:
    kind = _kind(call)
    made = _taken(call, kind, *KINDS[kind], permanent=False)
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: made.media_id, "created_at": int(made.created_at)}


def download(call: Call) -> dict | Raw:
    found = media.find(call.world, call.text("media_id", 41006, call.args))
    if found is None:
        raise ApiError(40007)
    if found.type == "video":
        return {"video_url": found.url}
    return Raw(media.content(call.world, found.media_id), found.content_type)


def add_material(call: Call) -> dict:
    kind = _kind(call)
    extra = _video_words(call) if kind == "video" else {}
    made = _taken(call, kind, *KINDS[kind], permanent=True)
    made.extra = extra
    return {"media_id": made.media_id, "url": made.url if kind in ("image", "thumb") else ""}


def get_material(call: Call) -> dict | Raw:
    found = _permanent(call)
    if found.type == "video":
        return {"title": found.extra["title"], "description": found.extra["introduction"], "down_url": found.url}
    return Raw(media.content(call.world, found.media_id), found.content_type)


def delete_material(call: Call) -> dict:
    media.drop(call.world, _permanent(call).media_id)
    return OK


def count_material(call: Call) -> dict:
    kinds = [each.type for each in call.state.media.values() if each.permanent]
    return {f"{kind}_count": kinds.count(kind) for kind in ("voice", "video", "image")} | {"news_count": 0}


def list_material(call: Call) -> dict:
    kind, offset, size = call.text("type"), call.whole("offset"), call.whole("count")
    if kind not in ("image", "voice", "video", "news") or offset < 0 or not 1 <= size <= 20:
        raise ApiError(40035)
    found = [each for each in call.state.media.values() if each.permanent and each.type == kind]
    page = found[offset : offset + size]
    items = [
        {"media_id": each.media_id, "name": each.name, "update_time": int(each.created_at), "url": each.url}
        for each in page
    ]
    return {"total_count": len(found), "item_count": len(items), "item": items}


def upload_body_picture(call: Call) -> dict:
    """A picture for an article body: a lasting address, not counted as material."""
    made = _taken(call, "body", *BODY_PICTURE, permanent=True)
    return {"url": made.url}


def _kind(call: Call) -> str:
    kind = call.args.get("type", "")
    if kind not in KINDS:
        raise ApiError(40004)
    return kind


def _taken(call: Call, kind: str, limit: int, endings: tuple[str, ...], permanent: bool) -> Media:
    file = call.files.get("media")
    if file is None:
        raise ApiError(41005)
    ending = (file.filename or "").rpartition(".")[2].lower()
    if ending not in endings:
        raise ApiError(40005)
    content = file.read()
    if not content:
        raise ApiError(44001)
    if len(content) > limit:
        raise ApiError(45001 if kind == "video" else 40009 if kind in ("image", "body") else 40006)
    return media.keep(call.world, content, kind, TYPES[ending], name=file.filename or "", permanent=permanent)


def _permanent(call: Call) -> Media:
    found = media.find(call.world, call.text("media_id", 40007))
    if found is None or not found.permanent:
        raise ApiError(40007)
    return found


def _video_words(call: Call) -> dict[str, str]:
    try:
        words = json.loads(call.form.get("description", ""))
        kept = {"title": str(words["title"]), "introduction": str(words["introduction"])}
    except (ValueError, KeyError, TypeError):
        raise ApiError(47001) from None
    if not is_utf8(kept):
        raise ApiError(47001)
    return kept


ROWS = (
    Api("/cgi-bin/media/upload", "POST", "material", upload, (100_000, 500)),
    Api("/cgi-bin/media/get", "GET", "material", download, (200_000, 1000)),
    Api("/cgi-bin/media/uploadimg", "POST", "material", upload_body_picture),
    Api("/cgi-bin/material/add_material", "POST", "material", add_material),
    Api("/cgi-bin/material/get_material", "POST", "material", get_material),
    Api("/cgi-bin/material/del_material", "POST", "material", delete_material),
    Api("/cgi-bin/material/get_materialcount", "GET", "material", count_material),
    Api("/cgi-bin/material/batchget_material", "POST", "material", list_material),
)

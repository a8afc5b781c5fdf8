"""Parametric QR codes (带参数二维码) and short keys."""

import io
import secrets
import string

import segno

from simulator.api.base import OK, Api, Call, Raw
from simulator.cast import add_scene
from simulator.errors import ApiError

LONGEST_S = 2_592_000
DEFAULT_S = 60
LIMIT_SCENES = 100_000
BASE62 = string.digits + string.ascii_letters
NOT_FOUND = Raw(b"<html><h1>404 Not Found</h1></html>", "text/html", 404)


def create(call: Call) -> dict:
    """The ticket from which the picture is fetched; permanent ones have no end."""
    action = call.body.get("action_name")
    if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise ApiError(40035, "invalid args! action_name")
    lasting, words = "LIMIT" in action, "STR" in action
    info = call.part("action_info")
    scene = info["scene"] if isinstance(info.get("scene"), dict) else {}
    value = _scene_text(scene.get("scene_str")) if words else _scene_number(scene.get("scene_id"), lasting)
    seconds = None if lasting else call.whole("expire_seconds", DEFAULT_S)
    if seconds is not None and not 0 < seconds <= LONGEST_S:
        raise ApiError(40035, "invalid args! expire_seconds")
    _check_room(call, lasting)
    ends = None if seconds is None else call.now + seconds
    made = add_scene(call.state, value, value, not words, ends)
    call.world.changed()
    return {"ticket": made.ticket, **({"expire_seconds": seconds} if seconds else {}), "url": made.url}


def picture(call: Call) -> Raw:
    """mp.weixin.qq.com/cgi-bin/showqrcode; real WeChat sends a JPG, this is a PNG."""
    found = call.state.scenes.get(call.args.get("ticket", ""))
    if found is None or (found.expires_at is not None and call.now > found.expires_at):
        return NOT_FOUND
    out = io.BytesIO()
    segno.make(found.url, error="m").save(out, kind="png", scale=8)
    return Raw(out.getvalue(), "image/png")


def shorten(call: Call) -> dict:
    text = call.text("long_data")
    seconds = call.whole("expire_seconds", LONGEST_S)
    if len(text.encode()) > 4096 or not 0 < seconds <= LONGEST_S:
        raise ApiError(40035)
    key = "".join(secrets.choice(BASE62) for _ in range(15))
    call.state.short_keys[key] = {"long_data": text, "create_time": int(call.now), "expire_seconds": seconds}
    return {**OK, "short_key": key}


def lengthen(call: Call) -> dict:
    key = call.text("short_key", 9410010)
    kept = call.state.short_keys.get(key)
    if kept is None:
        raise ApiError(9410012)
    left = kept["create_time"] + kept["expire_seconds"] - int(call.now)
    if left <= 0:
        raise ApiError(9410011)
    return {**OK, **kept, "expire_seconds": left}


def _check_room(call: Call, lasting: bool) -> None:
    lasting_ones = sum(each.expires_at is None for each in call.state.scenes.values())
    if lasting and lasting_ones >= LIMIT_SCENES:
        raise ApiError(45029)


def _scene_text(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise ApiError(40035, "invalid args! scene_str")
    return value


def _scene_number(value: object, lasting: bool) -> str:
    most = LIMIT_SCENES if lasting else 2**32 - 1
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ApiError(40035, "invalid args! scene_id")
    return str(value)


ROWS = (
    Api("/cgi-bin/qrcode/create", "POST", "qrcode", create, (100_000, 10_000)),
    Api("/cgi-bin/showqrcode", "GET", "basic", picture, needs_token=False),
    Api("/cgi-bin/shorten/gen", "POST", "basic", shorten, raw_text=True),
    Api("/cgi-bin/shorten/fetch", "POST", "basic", lengthen),
)

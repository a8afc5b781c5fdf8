"""Ways into the mini-program (小程序码与链接): code pictures, schemes, web links."""

import io
import re
import secrets

import segno

from simulator.api.base import OK, Api, Call, Raw
from simulator.errors import ApiError

_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
LONGEST_DAYS = 30
DAY_S = 86400


def unlimited_code(call: Call) -> Raw:
    """A picture, or JSON on failure; real WeChat draws its round code, this is a QR code."""
    scene, page = call.text("scene", 40169), call.text("page", optional=True)
    if not _SCENE.fullmatch(scene):
        raise ApiError(40169)
    if page.startswith("/") or "?" in page:
        raise ApiError(41030)
    if not 280 <= call.whole("width", 430) <= 1280:
        raise ApiError(40097)
    return _picture(f"weapp:{page}?scene={scene}")


def limited_code(call: Call) -> Raw:
    path = call.text("path", 40165)
    if len(path) > 1024:
        raise ApiError(45007)
    return _picture(f"weapp:{path}")


def scheme(call: Call) -> dict:
    target = call.part("jump_wxa") if call.body.get("jump_wxa") else {}
    _check_target(target)
    _check_expiry(call)
    return {**OK, "openlink": f"weixin://dl/business/?t={secrets.token_urlsafe(8)}"}


def url_link(call: Call) -> dict:
    _check_target(call.body)
    _check_expiry(call)
    return {**OK, "url_link": f"https://wxaurl.cn/{secrets.token_urlsafe(8)}"}


def _check_target(target: dict) -> None:
    if str(target.get("path", "")).startswith("http"):
        raise ApiError(40165)
    if len(str(target.get("query", ""))) > 1024:
        raise ApiError(40212)


def _check_expiry(call: Call) -> None:
    if call.whole("expire_type", 0) == 1:
        days = float(call.whole("expire_interval", LONGEST_DAYS))
    else:
        days = (call.whole("expire_time", int(call.now) + LONGEST_DAYS * DAY_S) - call.now) / DAY_S
    if not 0 < days <= LONGEST_DAYS:
        raise ApiError(85401)


def _picture(text: str) -> Raw:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=8)
    return Raw(out.getvalue(), "image/png")


ROWS = (
    Api("/wxa/getwxacodeunlimit", "POST", "mini", unlimited_code, minute=5000),
    Api("/wxa/getwxacode", "POST", "mini", limited_code),
    Api("/wxa/generatescheme", "POST", "mini", scheme, (500_000, 500_000), raw_text=True),
    Api("/wxa/generate_urllink", "POST", "mini", url_link, (500_000, 500_000), raw_text=True),
)

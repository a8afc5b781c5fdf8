"""wx.request (小程序的网络请求): what the mini-program asks of the bot's API; sent by the phone, not by a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from simulator.actions import NotPossible
from simulator.clock import Clock

if TYPE_CHECKING:
    from simulator.world import World

METHODS = ("GET", "POST", "DELETE")
# Within the API of the bot whose callback we know, and nowhere else.
PATH = re.compile(r"/api/[A-Za-z0-9._~%!$&'()*+,;=:@/?-]{1,2000}")
PATIENCE_S = 15


def send(world: World, method: str, path: str, body: dict | None, token: str) -> dict:
    """Status, milliseconds and JSON of the answer. No cookies, no redirects, as on a phone."""
    if method not in METHODS or not PATH.fullmatch(path) or ".." in path:
        raise NotPossible("bad_request", "小程序只能请求自己后台的 /api/ 地址", 400)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    began = Clock.stopwatch()
    with requests.Session() as http:
        http.trust_env = False
        try:
            answer = http.request(
                method, api_base(world) + path, json=body, headers=headers, timeout=PATIENCE_S, allow_redirects=False
            )
        except requests.RequestException:
            raise NotPossible("unreachable", "小程序的后台没有应答，请确认机器人正在运行（make run）", 502) from None
    return {"status": answer.status_code, "ms": round((Clock.stopwatch() - began) * 1000), "body": _json(answer)}


def api_base(world: World) -> str:
    """The bot's own address: where its callback is."""
    parts = urlsplit(world.settings.callback)
    return f"{parts.scheme}://{parts.netloc}"


def _json(answer: requests.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return None

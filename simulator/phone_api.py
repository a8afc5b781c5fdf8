"""The phone's JSON API (手机接口): state, chats, actions, pushes, live stream, pictures."""

from __future__ import annotations

import io
import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from flask import Blueprint, Response, abort, jsonify, request, send_file, send_from_directory

from simulator import actions, chat, media, menus, rights
from simulator.actions import NotPossible
from simulator.ledger import is_utf8
from simulator.settings import MODES
from simulator.state import Fan, Push

if TYPE_CHECKING:
    from simulator.world import World

PAGE = Path(__file__).with_name("phone")
HEARTBEAT_S = 15
KNOCK_AGAIN_S = 5


def blueprint(world: World) -> Blueprint:
    """All routes of the phone, bound to one world."""
    routes = Blueprint("phone", __name__)

    @routes.get("/")
    def page() -> Response:
        return send_from_directory(PAGE, "index.html")

    @routes.get("/static/<path:name>")
    def static_file(name: str) -> Response:
        return send_from_directory(PAGE, name)

    @routes.get("/phone/state")
    def state() -> Response:
        _knock_now_and_then(world)
        return jsonify(describe(world))

    @routes.get("/phone/chats/<open_id>")
    def chat_of(open_id: str) -> Response:
        fan = fan_of(world, open_id)
        found = chat.after(world, open_id, _whole(request.args.get("after", "0"), "after"))
        fan.unread = 0
        seq = max((bubble.seq for bubble in found), default=int(request.args.get("after", 0)))
        return jsonify(bubbles=[asdict(each) for each in found], seq=seq, menu=menus.on_phone(world, fan))

    @routes.post("/phone/chats/<open_id>/<verb>")
    def act(open_id: str, verb: str) -> tuple[Response, int]:
        action = _ACTIONS.get(verb) or abort(404)
        push, bubble = action(world, fan_of(world, open_id), json_body())
        return jsonify(push_id=push.id, bubble=asdict(bubble)), 202

    @routes.post("/phone/cast")
    def add_to_cast() -> Response:
        body = json_body()
        name = text_of(body, "name")
        if not name.strip():
            raise NotPossible("name_missing", "给新来的人起个名字", 400)
        fan = actions.add_fan(world, name, whole_of(body, "age"), text_of(body, "about"))
        return jsonify(_entry(fan))

    @routes.get("/phone/pushes/<push_id>")
    def push_of(push_id: str) -> Response:
        push = world.state.pushes.get(push_id)
        if push is None:
            raise NotPossible("push_not_found", "没有这次推送，或者已经太旧被清掉了", 404)
        return jsonify(describe_push(world, push))

    @routes.get("/phone/stream")
    def stream() -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(_events(world), mimetype="text/event-stream", headers=headers)

    @routes.get("/phone/qr/<path:scene>.svg")
    def qr(scene: str) -> Response:
        out = io.BytesIO()
        segno.make(actions.scene_of(world, scene).url, error="m").save(out, kind="svg", scale=5, border=2)
        return Response(out.getvalue(), mimetype="image/svg+xml")

    @routes.get("/phone/pictures/<media_id>")
    @routes.get("/phone/media/<media_id>")
    def picture(media_id: str) -> Response:
        found = media.find(world, media_id) or abort(404)
        return send_file(io.BytesIO(media.content(world, media_id)), mimetype=found.content_type)

    return routes


def describe(world: World) -> dict:
    """The state as the page shows it."""
    settings, clock = world.settings, world.clock
    with world.lock:
        return {
            "account": {
                "name": world.cast.name,
                "appid": settings.app_id,
                "gh_id": world.gh_id,
                "profile": world.state.profile,
                "mode": world.mode,
                "callback": settings.callback,
                "reachable": world.pusher.reachable,
                "api": world.api_url,
            },
            "clock": {"now": clock.iso(), "offset_s": round(clock.now() - clock.wall(), 3), "frozen": clock.frozen},
            "faults": world.faults.listed(),
            "profiles": list(rights.PROFILES),
            "modes": list(MODES),
            "cast": [_entry(fan) for fan in world.state.fans.values()],
            "menu": {"buttons": world.state.menu["button"]} if world.state.menu else None,
            "scenes": [{"scene": each.scene, "title": each.title} for each in world.state.scenes.values()],
            "places": world.cast.places,
        }


def describe_push(world: World, push: Push) -> dict:
    """A push with its tries; the key and the inner marks stay inside."""
    with world.lock:
        facts = asdict(push)
    for inner in ("key", "sender", "answerable", "bubble_id"):
        del facts[inner]
    return facts


def json_body() -> dict:
    """The JSON object of a request. Only `application/json`, so that no foreign page can post here unasked."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not is_utf8(body):
        raise NotPossible("bad_json", "请求体要是 JSON 对象，并带 Content-Type: application/json", 400)
    return body


def _entry(fan: Fan) -> dict:
    names = ("open_id", "name", "age", "about", "avatar", "subscribed", "unread", "aliases")
    return {name: getattr(fan, name) for name in names}


def fan_of(world: World, open_id: str) -> Fan:
    fan = world.state.fans.get(open_id)
    if fan is None:
        raise NotPossible("fan_not_found", f"没有这个人：{open_id}", 404)
    return fan


def text_of(body: dict, name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise NotPossible("bad_field", f"{name} 要是文字", 400)
    return value


def number_of(body: dict, name: str, default: float | None = None) -> float:
    value = body.get(name)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotPossible("bad_field", f"{name} 要是数字", 400)
    return float(value)


def whole_of(body: dict, name: str) -> int | None:
    value = body.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise NotPossible("bad_field", f"{name} 要是整数", 400)
    return value


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise NotPossible("bad_field", f"{name} 要是整数", 400)
    return int(text)


def _location(world: World, fan: Fan, body: dict):
    return actions.send_location(
        world, fan, number_of(body, "latitude"), number_of(body, "longitude"), text_of(body, "label")
    )  # fmt: skip


def _event(world: World, fan: Fan, body: dict):
    fields = body.get("fields", {})
    if not isinstance(fields, dict):
        raise NotPossible("bad_field", "fields 要是 JSON 对象", 400)
    return actions.send_event(world, fan, text_of(body, "event"), fields)


def _tap(world: World, fan: Fan, body: dict):
    key, url = text_of(body, "key"), text_of(body, "url")
    if not key and not url:
        raise NotPossible("bad_field", "要给出按钮的 key 或 url", 400)
    return actions.tap(world, fan, key or None, url or None)


_ACTIONS = {
    "say": lambda world, fan, body: actions.say(
        world, fan, text_of(body, "text"), text_of(body, "bizmsgmenuid") or None
    ),
    "follow": lambda world, fan, body: actions.follow(world, fan, text_of(body, "scene") or None),
    "unfollow": lambda world, fan, body: actions.unfollow(world, fan),
    "tap": _tap,
    "location": _location,
    "image": lambda world, fan, body: actions.send_image(world, fan, text_of(body, "data_url") or None),
    "voice": lambda world, fan, body: actions.send_voice(world, fan, text_of(body, "recognition")),
    "link": lambda world, fan, body: actions.send_link(
        world, fan, text_of(body, "title"), text_of(body, "description"), text_of(body, "url")
    ),
    "scan": lambda world, fan, body: actions.scan(world, fan, text_of(body, "scene")),
    "event": _event,
}


def _events(world: World) -> Iterator[str]:
    with world.hub.listening() as inbox:
        yield ": hello\n\n"
        while True:
            try:
                news = inbox.get(timeout=HEARTBEAT_S)
            except queue.Empty:
                yield ": still here\n\n"
                continue
            if news is None:
                return
            yield f"data: {json.dumps(news, ensure_ascii=False)}\n\n"


def _knock_now_and_then(world: World) -> None:
    """While the bot is not there, look again when someone is watching, so that the page notices its start."""
    pusher = world.pusher
    if pusher.reachable or world.clock.stopwatch() - pusher.last_knock < KNOCK_AGAIN_S:
        return
    pusher.last_knock = world.clock.stopwatch()
    threading.Thread(target=pusher.verify_url, name="knock", daemon=True).start()

"""The operator's port (控制接口): clock, profile, mode, keys, faults, ledger, free-form pushes; and the phone page."""

from __future__ import annotations

import secrets
import string
from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, jsonify, request
from pydantic import TypeAdapter, ValidationError
from werkzeug.exceptions import HTTPException

from simulator import mini_api, phone_api, rights, wild_push
from simulator.actions import NotPossible
from simulator.clock import read_moment
from simulator.faults import BadFault
from simulator.phone_api import json_body, number_of, text_of, whole_of
from simulator.settings import MODES
from simulator.state import Outcomes

if TYPE_CHECKING:
    from simulator.world import World

BODY_CAP = 16 * 1024 * 1024
DEFAULT_FAULT_S = 10.0
_OUTCOMES = TypeAdapter(Outcomes)


def create(world: World) -> Flask:
    app = Flask("simulator.control", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_CAP
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(phone_api.blueprint(world))
    app.register_blueprint(mini_api.blueprint(world))
    app.register_blueprint(blueprint(world))
    app.register_error_handler(NotPossible, lambda e: (jsonify(error=str(e), code=e.code), e.status))
    app.register_error_handler(BadFault, lambda e: (jsonify(error=str(e), code="bad_fault"), 400))
    app.register_error_handler(HTTPException, _http_error)
    return app


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("control", __name__, url_prefix="/control")

    @routes.get("/health")
    def health() -> Response:
        return jsonify(ok=True, name="zhengqing-simulator", api=world.api_url, ledger=world.ledger.last)

    @routes.post("/clock")
    def clock() -> Response:
        _move_clock(world, json_body())
        return _told(world, "clock")

    @routes.post("/profile")
    def profile() -> Response:
        world.state.profile = _one_of(json_body().get("profile"), list(rights.PROFILES))
        return _told(world, "profile")

    @routes.post("/mode")
    def mode() -> Response:
        world.mode = _one_of(json_body().get("mode"), list(MODES))
        return _told(world, "mode")

    @routes.post("/key")
    def key() -> Response:
        if json_body().get("rotate") is not True:
            raise NotPossible("bad_field", '写 {"rotate": true} 来换密钥', 400)
        fresh = _rotate(world)
        _told(world, "key")
        return jsonify(ok=True, in_use=world.key, new_key=fresh)

    @routes.post("/faults")
    def add_fault() -> Response:
        body = json_body()
        fault = world.faults.add(
            text_of(body, "path") or "*", text_of(body, "kind"), whole_of(body, "errcode"),
            number_of(body, "seconds", DEFAULT_FAULT_S), whole_of(body, "times"),
        )  # fmt: skip
        _told(world, "fault")
        return jsonify(asdict(fault))

    @routes.delete("/faults", defaults={"fault_id": None})
    @routes.delete("/faults/<fault_id>")
    def remove_fault(fault_id: str | None) -> Response:
        world.faults.remove(fault_id)
        return _told(world, "fault")

    @routes.get("/ledger")
    def ledger() -> Response:
        return jsonify(entries=world.ledger.entries(request.args.get("after", 0, int)))

    @routes.post("/reset")
    def reset() -> Response:
        world.reset()
        return jsonify(ok=True)

    @routes.post("/verify")
    def verify() -> Response:
        return jsonify(world.pusher.verify_url())

    @routes.post("/push")
    def push() -> Response:
        return jsonify(wild_push.send(world, json_body()))

    @routes.post("/outcomes")
    def outcomes() -> Response:
        world.state.outcomes = _outcomes(asdict(world.state.outcomes), json_body())
        _told(world, "outcomes")
        return jsonify(asdict(world.state.outcomes))

    @routes.post("/quota")
    def quota() -> Response:
        body = json_body()
        limit = whole_of(body, "limit")
        if not text_of(body, "path") or limit is None:
            raise NotPossible("bad_field", "写 path 和 limit", 400)
        world.state.limits[body["path"]] = limit
        return _told(world, "quota")

    @routes.post("/whitelist")
    def whitelist() -> Response:
        ips = json_body().get("ips")
        if ips is not None and not (isinstance(ips, list) and all(isinstance(each, str) for each in ips)):
            raise NotPossible("bad_field", "ips 要是地址的列表，或者 null（不限制）", 400)
        world.state.ip_whitelist = ips
        return _told(world, "whitelist")

    return routes


def _told(world: World, what: str) -> Response:
    world.ledger.append(f"control.{what}", request=request.get_json(silent=True), method=request.method)
    world.changed()
    return jsonify(ok=True, state=phone_api.describe(world))


def _outcomes(now: dict, wanted: dict) -> Outcomes:
    if unknown := wanted.keys() - now.keys():
        raise NotPossible("bad_field", f"不认识 {sorted(unknown)}；可设：{'、'.join(now)}", 400)
    try:
        return _OUTCOMES.validate_python(now | wanted)
    except ValidationError as error:
        raise NotPossible("bad_field", f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}", 400) from None


def _move_clock(world: World, body: dict) -> None:
    clock = world.clock
    if body.get("reset") is True:
        clock.reset()
    elif isinstance(body.get("now"), str):
        clock.move_to(_moment(body["now"]))
    elif isinstance(body.get("advance_s"), int | float):
        clock.advance(body["advance_s"])
    elif body.get("frozen") is None:
        raise NotPossible("bad_field", "写 advance_s、now、reset 或 frozen 中的一个", 400)
    if body.get("frozen") is not None:
        (clock.freeze if body["frozen"] is True else clock.thaw)()
    world.jobs.run_due()


def _moment(text: str) -> float:
    try:
        return read_moment(text)
    except ValueError:
        raise NotPossible("bad_field", f"时间 {text!r} 读不懂，写成 2026-03-05T08:00:00+08:00", 400) from None


def _rotate(world: World) -> str | None:
    """Swap the two known keys; with only one, make a new one and show it so that the bot can be given it."""
    with world.lock:
        if len(world.keys) > 1:
            world.keys.reverse()
            return None
        fresh = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(43))
        world.keys.insert(0, fresh)
        return fresh


def _one_of(value: object, known: list[str]) -> str:
    if value not in known:
        raise NotPossible("bad_field", f"可选：{'、'.join(known)}", 400)
    return str(value)


def _http_error(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.name, code=f"http_{error.code}"), error.code or 500

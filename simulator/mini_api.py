"""The mini-program side of the phone (小程序侧): what wx.login, the phone button and consents give a client."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify

from simulator import messages, mini_crypto, mini_request
from simulator.actions import NotPossible
from simulator.api.mini_login import phone_info
from simulator.api.subscribe import LONG_TERM, grant
from simulator.events import tell_bot
from simulator.grants import give
from simulator.phone_api import fan_of, json_body, text_of
from simulator.sealing import Letter, new_msg_id
from simulator.windows import open_window

if TYPE_CHECKING:
    from simulator.state import Fan
    from simulator.world import World

FOREIGN_APP = "wx00000000foreign0"


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("mini", __name__, url_prefix="/phone/mini/<open_id>")

    @routes.post("/login")
    def login(open_id: str) -> Response:
        """wx.login: a code, and a new session key that may make the old one invalid."""
        fan = fan_of(world, open_id)
        world.state.session_keys[fan.open_id] = mini_crypto.new_session_key()
        fan.mp_seen_at = world.clock.now()
        return jsonify(code=give(world, "login", fan.open_id).code, openid=fan.mp_open_id)

    @routes.post("/request")
    def ask(open_id: str) -> Response:
        """wx.request: to the bot's own API."""
        fan_of(world, open_id)
        asked = json_body()
        method, path, token = (text_of(asked, name) for name in ("method", "path", "token"))
        body = asked.get("body")
        return jsonify(mini_request.send(world, method, path, body if isinstance(body, dict) else None, token))

    @routes.post("/phone")
    def phone(open_id: str) -> Response:
        """The phone button: today's code, and the older encryptedData; `foreign` seals it for another app."""
        fan = fan_of(world, open_id)
        app_id = FOREIGN_APP if json_body().get("foreign") else world.settings.mp_app_id
        sealed = mini_crypto.encrypt(phone_info(fan, app_id, int(world.clock.now())), _session_key(world, fan))
        return jsonify(code=give(world, "phone", fan.open_id).code, **sealed)

    @routes.post("/profile")
    def profile(open_id: str) -> Response:
        fan = fan_of(world, open_id)
        key = _session_key(world, fan)
        raw = json.dumps({"nickName": fan.name}, ensure_ascii=False, separators=(",", ":"))
        mark = {"timestamp": int(world.clock.now()), "appid": world.settings.mp_app_id}
        sealed = mini_crypto.encrypt({"openId": fan.mp_open_id, "nickName": fan.name, "watermark": mark}, key)
        return jsonify(rawData=raw, signature=mini_crypto.sign_raw(raw, key), **sealed)

    @routes.post("/enter")
    def enter(open_id: str) -> Response:
        """Open the customer-service page of the mini-program: two messages within a minute."""
        fan = fan_of(world, open_id)
        open_window(world.state.windows, fan.mp_open_id, "mp_enter", world.clock.now())
        fields = {"SessionFrom": text_of(json_body(), "session_from")}
        return jsonify(push_id=tell_bot(world, fan.mp_open_id, "user_enter_tempsession", fields).id)

    @routes.post("/say")
    def say(open_id: str) -> Response:
        """A customer-service message from the mini-program: five messages within 48 hours."""
        fan, now = fan_of(world, open_id), world.clock.now()
        open_window(world.state.windows, fan.mp_open_id, "mp_message", now)
        fields, msg_id = {"Content": text_of(json_body(), "text")}, new_msg_id(world.clock.wall())
        values = messages.message(world.gh_id, fan.mp_open_id, int(now), "text", fields, msg_id)
        return jsonify(push_id=world.pusher.send(Letter(messages.render(values), fan.mp_open_id, "text")).id)

    @routes.post("/consent")
    def consent(open_id: str) -> Response:
        """Accept or reject a subscription template: one accept, one message."""
        fan, body = fan_of(world, open_id), json_body()
        template = world.state.templates.get(text_of(body, "template_id"))
        if template is None or template.kind not in ("subscribe", "mini"):
            raise NotPossible("template_not_found", "没有这个订阅模板", 404)
        own_id = fan.mp_open_id if template.kind == "mini" else fan.open_id
        accepted = body.get("accept", True) is True
        if accepted:
            sends = LONG_TERM if body.get("long_term") else 1
            grant(world.state.consents, f"{own_id}|{template.template_id}", sends)
        push_id = _tell_choice(world, own_id, template.template_id, accepted)
        return jsonify(push_id=push_id, left=world.state.consents.get(f"{own_id}|{template.template_id}", 0))

    @routes.post("/refuse")
    def refuse(open_id: str) -> Response:
        """Switch a template off in the settings: what was agreed to is gone."""
        fan, template_id = fan_of(world, open_id), text_of(json_body(), "template_id")
        for own_id in (fan.open_id, fan.mp_open_id):
            world.state.consents.pop(f"{own_id}|{template_id}", None)
        row = {"TemplateId": template_id, "SubscribeStatusString": "reject"}
        fields = {"SubscribeMsgChangeEvent": {"List": [row]}}
        return jsonify(push_id=tell_bot(world, fan.open_id, "subscribe_msg_change_event", fields).id)

    return routes


def _tell_choice(world: World, open_id: str, template_id: str, accepted: bool) -> str:
    status = "accept" if accepted else "reject"
    row = {"TemplateId": template_id, "SubscribeStatusString": status, "PopupScene": 0}
    fields = {"SubscribeMsgPopupEvent": {"List": [row]}}
    return tell_bot(world, open_id, "subscribe_msg_popup_event", fields).id


def _session_key(world: World, fan: Fan) -> str:
    key = world.state.session_keys.get(fan.open_id)
    if key is None:
        raise NotPossible("not_logged_in", "小程序里还没有登录，先 login")
    return key

"""Web pages of the platform (网页): published articles, pictures, web OAuth, one-time subscription."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from simulator import media
from simulator.api.subscribe import grant
from simulator.grants import give

if TYPE_CHECKING:
    from simulator.world import World

STYLE = "body{max-width:42em;margin:auto;padding:1em;font:17px/1.75 sans-serif}img{max-width:100%}li{margin:.5em 0}"
POLICY = "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'"
SCOPES = ("snsapi_base", "snsapi_userinfo")


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("pages", __name__)

    @routes.get("/mmbiz_jpg/<media_id>/0")
    def picture(media_id: str) -> Response:
        found = media.find(world, media_id) or abort(404)
        return send_file(io.BytesIO(media.content(world, media_id)), mimetype=found.content_type)

    @routes.get("/s/<slug>")
    def article(slug: str) -> Response:
        found = world.state.web_articles.get(slug) or abort(404)
        if found.get("is_deleted"):
            return page("已删除", "<p>该内容已被发布者删除</p>")
        # The body was cleaned of scripts when the draft was made.
        head = f"<h1>{escape(found['title'])}</h1><p>{escape(str(found.get('author') or ''))}</p>"
        return page(found["title"], head + found["content"])

    @routes.get("/connect/oauth2/authorize")
    def authorize() -> AnyResponse:
        """open.weixin.qq.com: in WeChat the phone knows who it is; here one chooses, or `as` names the openid."""
        wanted = request.args
        if wanted.get("appid") != world.settings.app_id or wanted.get("scope") not in SCOPES:
            return page("参数错误", "<p>appid 或 scope 不对（10003 / 10005）</p>")
        fan = world.state.fans.get(wanted.get("as", ""))
        if fan is None:
            return page("选一个人打开网页", _choices(world))
        code = give(world, "oauth", fan.open_id, scope=wanted["scope"]).code
        return redirect(_extended(wanted.get("redirect_uri", ""), code=code, state=wanted.get("state", "")))

    @routes.get("/mp/subscribemsg")
    def confirm_once() -> AnyResponse:
        """mp.weixin.qq.com: agree to, or refuse, one message (一次性订阅)."""
        wanted = request.args
        fan = world.state.fans.get(wanted.get("as", ""))
        if fan is None:
            return page("订阅一次消息", _choices(world))
        action = "cancel" if wanted.get("choice") == "cancel" else "confirm"
        template, scene = wanted.get("template_id", ""), wanted.get("scene", "")
        if action == "confirm":
            grant(world.state.consents, f"{fan.open_id}|{template}|{scene}", 1)
        told = {"openid": fan.open_id, "template_id": template, "action": action, "scene": scene}
        return redirect(_extended(wanted.get("redirect_url", ""), **told, reserved=wanted.get("reserved", "")))

    return routes


def page(title: str, body: str) -> Response:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    style = f"<style>{STYLE}</style>"
    answer = Response(f'<!doctype html><html lang="zh-CN"><head>{head}{style}</head><body>{body}</body></html>')
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _choices(world: World) -> str:
    here = request.args.to_dict()
    rows = (
        f'<li><a href="?{escape(urlencode({**here, "as": fan.open_id}))}">{escape(fan.name)}</a></li>'
        for fan in world.state.fans.values()
    )
    return f"<h1>以谁的身份继续？</h1><ul>{''.join(rows)}</ul>"


def _extended(url: str, **query: str) -> str:
    if not url.startswith(("http://", "https://")):
        abort(400)
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"

"""Web pages of the platform (网页): published articles, pictures, web OAuth, one-time subscription."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, send_file

from simulator import media

if TYPE_CHECKING:
    from simulator.world import World


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("pages", __name__)

    @routes.get("/mmbiz_jpg/<media_id>/0")
    def picture(media_id: str) -> Response:
        found = media.find(world, media_id) or abort(404)
        return send_file(io.BytesIO(media.content(world, media_id)), mimetype=found.content_type)

    return routes


def page(title: str, body: str) -> Response:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return Response(f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>')

"""What we hold on a person (我的信息): readable, and as a file to keep (P9); behind a link of theirs alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, render_template

from core.privacy import export, links
from mp_backend.pages.house import House

SHOWN = 100
HOURS = int(links.VALID_FOR.total_seconds() // 3600)


def add(door: Blueprint, house: House) -> None:
    @door.get("/privacy/<token>")
    def show_holdings(token: str) -> Response:
        values = {"token": token, "shown": SHOWN, "hours": HOURS}
        return _answer(token, lambda held: make_response(render_template("pages/privacy.html", held=held, **values)))

    @door.get("/privacy/<token>/data.json")
    def download_holdings(token: str) -> Response:
        return _answer(token, _as_file)

    def _answer(token: str, show: Callable[[dict[str, Any]], Response]) -> Response:
        with house.database.reading() as session:
            contact = links.holder(session, token, house.clock.now())
            held = export.of(session, contact) if contact else None
        response = make_response(render_template("pages/link_dead.html"), 404) if held is None else show(held)
        # The address opens everything: it must stay in no cache, no log of another site, no search engine.
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response


def _as_file(held: dict[str, Any]) -> Response:
    response = Response(json.dumps(held, ensure_ascii=False, indent=2), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="zhengqing-my-data.json"'
    return response

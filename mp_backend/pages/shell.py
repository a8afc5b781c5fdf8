"""What all pages share: the frame around them, and cover pictures."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, send_from_directory, url_for
from werkzeug.wrappers import Response as Reply

from content.library import COVERS_DIR
from core.study import covers
from mp_backend.pages.headers import cached
from mp_backend.pages.house import House

# Shown at the foot of every page.
ALWAYS = ("12356", "12355")


def add(door: Blueprint, house: House) -> None:
    @door.context_processor
    def frame() -> dict[str, Any]:
        lines = [house.resources.hotlines.get(number) for number in ALWAYS]
        return {"account": house.resources.account_name, "city": house.resources.city, "always": lines}

    @door.get("/")
    def home() -> Reply:
        return redirect(url_for("pages.list_columns"))

    @door.get("/covers/<name>")
    def cover(name: str) -> Response:
        if not covers.path(name):
            abort(404)
        return cached(send_from_directory(COVERS_DIR, name))

"""What all pages share: the frame around them, the ways to tell time, cover pictures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, send_from_directory, url_for
from werkzeug.wrappers import Response as Reply

from content.library import COVERS_DIR
from core import clock
from core.study import covers
from mp_backend.pages.headers import cached
from mp_backend.pages.house import House
from mp_backend.pages.markdown import to_html

# Shown at the foot of every page.
ALWAYS = ("12356", "12355")


def add(door: Blueprint, house: House) -> None:
    @door.context_processor
    def frame() -> dict[str, Any]:
        lines = [house.resources.hotlines.get(number) for number in ALWAYS]
        return {"account": house.resources.account_name, "city": house.resources.city, "always": lines}

    @door.app_template_filter("moment")
    def moment(value: datetime) -> str:
        return clock.say(value, house.clock.now())

    @door.app_template_filter("hour")
    def hour(value: datetime) -> str:
        return f"{clock.local(value):%H:%M}"

    @door.app_template_filter("day")
    def day(value: date) -> str:
        return f"{value.year} 年 {value.month} 月 {value.day} 日"

    @door.app_template_filter("markdown")
    def markdown(text: str) -> str:
        return to_html(text)

    @door.app_template_global("absolute")
    def absolute(path: str) -> str:
        return house.resources.page(path)

    @door.app_template_global("cover_of")
    def cover_of(name: str) -> str:
        return covers.path(name)

    @door.get("/")
    def home() -> Reply:
        return redirect(url_for("pages.list_columns"))

    @door.get("/covers/<name>")
    def cover(name: str) -> Response:
        if not covers.path(name):
            abort(404)
        return cached(send_from_directory(COVERS_DIR, name))

"""What templates may ask for: times as people say them, Markdown, labels, addresses."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint
from markupsafe import Markup

from core import clock
from core.study import covers
from mp_backend import labels
from mp_backend.pages.house import House
from mp_backend.pages.markdown import to_html

# Links that chat replies carry; WeChat turns them into something to tap, a page shows their words.
LINK_TAG = re.compile(r"</?a(?:\s[^<>]*)?>", re.IGNORECASE)


def add(door: Blueprint, house: House) -> None:
    _add_times(door, house)
    _add_words(door, house)
    door.add_app_template_global(house.resources.page, "absolute")
    door.add_app_template_global(covers.path, "cover_of")


def _add_times(door: Blueprint, house: House) -> None:
    def moment(value: datetime | str) -> str:
        """今天 15:20; also from ISO text."""
        return clock.say(datetime.fromisoformat(value) if isinstance(value, str) else value, house.clock.now())

    def date_of(value: datetime) -> str:
        return clock.say_day(value, house.clock.now())

    def deadline(value: datetime) -> str:
        # “11月28日 00:00” would be read as the evening of the 28th.
        if (clock.local(value).hour, clock.local(value).minute) == (0, 0):
            return f"{date_of(value - timedelta(minutes=1))} 24:00"
        return moment(value)

    for tell in (moment, date_of, deadline, hour, day):
        door.add_app_template_filter(tell)


def _add_words(door: Blueprint, house: House) -> None:
    texts = house.resources.texts

    def field_label(name: str) -> str:
        """What a field of a sign-up form is called."""
        return labels.field_label(texts, name)

    def answer_word(value: Any) -> str:
        """An answer as it is read: 是, 否, 没有填, or itself."""
        if value is None:
            return texts.get("events.label.skipped")
        if isinstance(value, bool):
            return texts.get("events.label.yes" if value else "events.label.no")
        return str(value)

    for tell in (field_label, answer_word, markdown, without_links):
        door.add_app_template_filter(tell)


def hour(value: datetime) -> str:
    return f"{clock.local(value):%H:%M}"


def day(value: date) -> str:
    return f"{value.year} 年 {value.month} 月 {value.day} 日"


def without_links(text: str) -> str:
    return LINK_TAG.sub("", text)


def markdown(text: str) -> Markup:
    return to_html(text)

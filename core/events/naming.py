"""What somebody's words name (指的是哪一个): the number of an event or a sign-up, an event's title, a day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from core.events import listing
from core.events.models import Event
from core.study.finding import subject_words
from core.understanding import when

# Said of every event, so they name none.
GENERAL = frozenset({"报名", "活动", "参加", "周末", "取消", "青年", "青少年", "校园", "学校", "学生"})
# As they are printed: an event's page is events/306, a sign-up is B-7KM2WXPN.
_EVENT = re.compile(r"(?:我?[要想]?报名|活动|第)*\s*(\d{1,16})\s*号?(?:活动)?(?:报名)?")
_SIGNUP = re.compile(r"(?<![A-Z0-9])B[-—–\s]?([2-9A-Z]{8})(?![A-Z0-9])")


def event_number(text: str) -> str:
    """306, 第306号, 报名 306; "" when the words are more than that."""
    found = _EVENT.fullmatch(_printed(text).strip(" 。.!?"))
    return found[1] if found else ""


def signup_number(text: str) -> str:
    """The number of a sign-up in the words as they were written: their plain form reads letters as pinyin."""
    found = _SIGNUP.search(_printed(text))
    return f"B-{found[1]}" if found else ""


def events_named(events: Sequence[Event], text: str, today: date) -> list[Event]:
    """Those that the words speak of, by title or by day."""
    words = [word for word in subject_words(text) if word not in GENERAL]
    if named := listing.about(events, words):
        return named
    day = when(text, today)
    if day is None:
        return []
    days = [day - timedelta(days=1), day] if "周末" in text else [day]
    return [event for one in days for event in listing.on_day(events, one)]


def _printed(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()

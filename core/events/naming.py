"""What somebody's words name (指的是哪一个): the number of an event or a sign-up, an event's title, a day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from core.events import listing
from core.events.models import Event
from core.study.finding import FILLERS, subject_words
from core.understanding import chinese_number, days, likest, superlative, superlative_in
from core.understanding.slots import EARLIEST, LATEST, NEAREST
from core.venues.finding import district_in

# Said of every event, so they name none.
GENERAL = frozenset({"报名", "活动", "参加", "周末", "取消", "青年", "青少年", "校园", "学校", "学生"})
# In a misspelt title these tell nothing either.
COMMON = GENERAL | FILLERS | {"志愿", "服务", "志愿者", "课堂", "故事", "想去", "想报"}
# As they are printed: an event's page is events/306, a sign-up is B-7KM2WXPN.
_EVENT = re.compile(
    r"(?:我?[要想]?报名|活动|第)*\s*(\d{1,16}|[零〇一二三四五六七八九百十]{3,7})\s*号?(?:活动)?(?:报名)?"
)
_SIGNUP = re.compile(r"(?<![A-Z0-9])B[-—–\s]?([2-9A-Z]{8})(?![A-Z0-9])")


def event_number(text: str) -> str:
    """306, 第306号, 报名 306; "" when the words are more than that."""
    found = _EVENT.fullmatch(_printed(text).strip(" 。.!?"))
    number = chinese_number(found[1]) if found and not found[1].isdecimal() else None
    return str(number) if number is not None else found[1] if found and found[1].isdecimal() else ""


def signup_number(text: str) -> str:
    """The number of a sign-up in the words as they were written: their plain form reads letters as pinyin."""
    found = _SIGNUP.search(_printed(text))
    return f"B-{found[1]}" if found else ""


def events_named(events: Sequence[Event], text: str, today: date) -> list[Event]:
    """Those that the words speak of: by title, also with slips in it, by day, by district; or the next, or the last."""
    found = _titled(events, text)
    for narrowed in (_on_days(found or events, text, today), _in_district(found or events, text)):
        if narrowed:
            found = [event for event in found if event in narrowed] or narrowed if found else narrowed
    which = superlative(text) or superlative_in(text)
    candidates = found or events
    index = by_time(candidates).get(which)
    return found if index is None else [candidates[index]]


def by_time(events: Sequence[Event]) -> dict[str, int]:
    """Which of a list is the next (“最近的那个”) and which the last to begin."""
    order = sorted(range(len(events)), key=lambda index: events[index].starts_at)
    return {NEAREST: order[0], EARLIEST: order[0], LATEST: order[-1]} if order else {}


def names_days(text: str, today: date) -> bool:
    """Whether the words ask for certain days."""
    return days(text, today) is not None


def titled(events: Sequence[Event], text: str) -> list[Event]:
    """Those whose title the words come near to, slips and all."""
    return [events[index] for index in likest(text, [event.title for event in events], COMMON)]


def _titled(events: Sequence[Event], text: str) -> list[Event]:
    words = [word for word in subject_words(text) if word not in GENERAL]
    named = listing.about(events, words)
    return named if len(named) == 1 or not words else titled(events, text) or named


def _on_days(events: Sequence[Event], text: str, today: date) -> list[Event]:
    span = days(text, today)
    return listing.on_days(events, span) if span else []


def _in_district(events: Sequence[Event], text: str) -> list[Event]:
    district = district_in(text)
    return [event for event in events if district and event.district == district]


def _printed(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()

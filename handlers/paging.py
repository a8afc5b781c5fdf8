"""Long lists (翻页): three at a time, “更多” for the next, chosen by number, by “第二个” or by words of the title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from content.rules import fold
from core.messages import TextReply
from core.understanding import ordinal
from handlers.answers import joined
from handlers.context import Context

T = TypeVar("T")
SHOWN = 3
OUT_OF_RANGE = -1
MORE = frozenset({"更多", "还有", "还有吗", "还有呢", "还有别的吗", "下一页", "下页", "往下", "继续", "换一批", "more"})
SHORTEST_TITLE = 2


def window(items: Sequence[T], start: int) -> Sequence[T]:
    """The items shown from `start` on."""
    return items[start : start + SHOWN]


def page(lines: Sequence[str], start: int) -> str:
    """What `window` showed, with the numbers that they keep through all pages."""
    return "\n".join(f"{number} {line}" for number, line in enumerate(lines, start + 1))


def has_more(count: int, start: int) -> bool:
    return start + SHOWN < count


def wants_more(text: str) -> bool:
    return fold(text) in MORE


def pick(text: str, titles: Sequence[str], start: int = 0) -> int | None:
    """The index chosen; OUT_OF_RANGE for a number that is not there; None when the words are no choice at all.

    A bare number is the one written before the line; “第一个” on a later page is the first that is shown there.
    """
    number = ordinal(text)
    if number is None:
        return _by_title(fold(text), [fold(title) for title in titles])
    if fold(text).startswith("第") and number <= SHOWN:
        number += start
    return number - 1 if 1 <= number <= len(titles) else OUT_OF_RANGE


def ask_again(ctx: Context, question: TextReply) -> TextReply:
    """The same question after a number that was not offered."""
    return joined("common.unknown_choice", ctx.say("common.unknown_choice"), question)


def is_request(ctx: Context) -> bool:
    """Whether the words are nothing but a keyword: then the person wants something else than to answer."""
    match = ctx.resources.rules.match(ctx.judgement.normal.text)
    return match is not None and match.whole


def _by_title(text: str, titles: Sequence[str]) -> int | None:
    if len(text) < SHORTEST_TITLE:
        return None
    found = [index for index, title in enumerate(titles) if text in title or title in text]
    return found[0] if len(found) == 1 else None

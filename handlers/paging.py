"""Long lists (翻页): three at a time, turned by “更多” and “上一页”, chosen by number, “第二个” or title."""

from __future__ import annotations

import re
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
PREVIOUS = frozenset({"上一页", "上页", "前一页", "上一批", "往上", "往前", "返回上一页", "回上一页"})
END = -1
SHORTEST_TITLE = 2
_OPEN = re.compile(r"(?:请|帮我|我?想|我?要)*(?:打开|点开|看看|看一下|看|选择|了解|报名)(?:一下)?\s*")


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


def turned(text: str, count: int, start: int) -> int | None:
    """Where the page begins that the words ask for; END behind the last one, None when they ask for none."""
    if fold(text) in PREVIOUS:
        return max(0, start - SHOWN)
    if wants_more(text):
        return start + SHOWN if has_more(count, start) else END
    return None


def pick(text: str, titles: Sequence[str], start: int = 0) -> int | None:
    """The index chosen; OUT_OF_RANGE for a number that is not there; None when the words are no choice at all.

    A bare number is the one written before the line; “第一个” on a later page is the first that is shown there.
    “打开第2个” and “报名 2” choose as well.
    """
    number = ordinal(text)
    if number is None and _OPEN.match(text):
        number = ordinal(_OPEN.sub("", text, count=1))
    if number is None:
        return _by_title(fold(text), [fold(title) for title in titles])
    if "第" in text and number <= SHOWN:
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

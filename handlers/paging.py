"""Long lists (翻页): three at a time, turned by “更多” and “上一页”, chosen by number, place or title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from content.rules import fold
from core.messages import TextReply
from core.understanding import likest, order, superlative
from core.understanding.slots import MIDDLE
from handlers.answers import joined
from handlers.context import Context

T = TypeVar("T")
SHOWN = 3
OUT_OF_RANGE = -1
MORE = frozenset({"更多", "还有", "还有吗", "还有呢", "还有别的吗", "下一页", "下页", "往下", "继续", "换一批", "more"})
PREVIOUS = frozenset({"上一页", "上页", "前一页", "上一批", "往上", "往前", "返回上一页", "回上一页"})
END = -1
SHORTEST_TITLE = 2
NOTHING: Mapping[str, int] = {}
# Around a title that is chosen by its words.
_CHATTY = (
    "我想",
    "想去",
    "我要",
    "看看",
    "报名",
    "参加",
    "那个",
    "那场",
    "那篇",
    "的",
    "吧",
    "活动",
    "文章",
    "青春家园",
)


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


def pick(text: str, titles: Sequence[str], start: int = 0, best: Mapping[str, int] = NOTHING) -> int | None:
    """The index chosen; OUT_OF_RANGE for a number that is not there; None when the words are no choice at all.

    A bare number is the one written before the line; “第一个” on a later page is the first that is shown there, and
    “最后一个” the last. “打开第2个” and “报名 2” choose as well. `best` says which is the nearest, the newest …
    """
    if (index := best.get(superlative(text))) is not None:
        return index
    number, shown = order(text), len(window(titles, start))
    if number is None:
        return _by_title(text, titles)
    if number == MIDDLE:
        return start + shown // 2 if shown % 2 else OUT_OF_RANGE
    if number < 0:
        return start + shown + number if -number <= shown else OUT_OF_RANGE
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
    said, folded = fold(text), [fold(title) for title in titles]
    if len(said) < SHORTEST_TITLE:
        return None
    found = [index for index, title in enumerate(folded) if said in title or title in said]
    found = found or likest(text, titles, _CHATTY, whole=True)
    return found[0] if len(found) == 1 else None

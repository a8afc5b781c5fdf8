"""Turning pages of a list (翻页) both ways, and choosing from it in a sentence (“打开第2个”)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.rules import fold
from core.understanding import ordinal
from handlers.paging import SHOWN, has_more, pick, wants_more

PREVIOUS = frozenset({"上一页", "上页", "前一页", "上一批", "往上", "往前", "返回上一页", "回上一页"})
END = -1
_OPEN = re.compile(r"(?:请|帮我|我?想|我?要)*(?:打开|点开|看看|看一下|看|选择|了解|报名)(?:一下)?\s*")


def turned(text: str, count: int, start: int) -> int | None:
    """Where the page begins that the words ask for; END behind the last one, None when they ask for none."""
    if fold(text) in PREVIOUS:
        return max(0, start - SHOWN)
    if wants_more(text):
        return start + SHOWN if has_more(count, start) else END
    return None


def choice(text: str, titles: Sequence[str], start: int = 0) -> int | None:
    """As `pick`; “打开第2个” and “报名 2” choose as well."""
    rest = _OPEN.sub("", text, count=1) if _OPEN.match(text) else text
    return pick(rest if ordinal(rest) is not None else text, titles, start)

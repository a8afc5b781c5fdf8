"""What an address asks the list of interactions for (筛选): read, explain what could not be read, write again."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from content.lexicon import RISKS
from core.clock import SHANGHAI
from core.contacts import pseudonyms
from core.interactions import families, figures, kinds, searching
from core.interactions.searching import Place, Wanted

# How many days a range shows, today included; 0 is everything.
RANGES = {"today": ("今天", 1), "7d": ("近 7 天", 7), "30d": ("近 30 天", 30), "all": ("全部", 0)}
CUSTOM, USUAL = "custom", "7d"
TROUBLES = {"unanswered": "没有回复", "failed": "程序出错", "spooled": "断线时暂存", "fallback": "没有听懂"}
LONGEST_WORDS = 50
YEARS = range(2000, 2100)
_CASE = re.compile(r"[A-Za-z]-[0-9A-Za-z]{4,14}")


@dataclass
class Asked:
    """The filters as they are shown, as the core takes them, and what had to be left out."""

    fields: dict[str, str]
    wanted: Wanted
    behind: Place | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def is_narrow(self) -> bool:
        """Whether more than the usual days was asked for."""
        return any(value for name, value in self.fields.items() if name != "range")


def read(given: Mapping[str, str], now: datetime, with_words: bool) -> Asked:
    """From the query string; what makes no sense is left out and said so. Never raises."""
    asked = Asked({}, Wanted())
    _read_time(asked, given, now)
    _read_choice(asked, given, "family", {one.key for one in (*families.FAMILIES, families.OTHER)}, "路径")
    _read_choice(asked, given, "risk", RISKS[1:], "风险")
    _read_choice(asked, given, "kind", kinds.KINDS, "消息类型")
    _read_choice(asked, given, "trouble", searching.TROUBLES, "异常")
    _read_case(asked, given)
    _read_person(asked, given)
    _read_words(asked, given, with_words)
    _read_place(asked, given)
    return asked


def _read_time(asked: Asked, given: Mapping[str, str], now: datetime) -> None:
    chosen = given.get("range", "")
    if chosen == CUSTOM or (not chosen and (given.get("from") or given.get("to"))):
        _read_dates(asked, given)
        return
    if chosen and chosen not in RANGES:
        asked.notes.append("看不懂这个时间范围，先按近 7 天显示。")
    chosen = chosen if chosen in RANGES else USUAL
    asked.fields["range"] = chosen
    if days := RANGES[chosen][1]:
        asked.wanted = replace(asked.wanted, since=figures.days(now, days)[0])


def _read_dates(asked: Asked, given: Mapping[str, str]) -> None:
    first, last = (_date(asked, given.get(name, "")) for name in ("from", "to"))
    if first and last and first > last:
        first, last = last, first
        asked.notes.append("开始日期晚于结束日期，已经调换过来。")
    asked.fields["range"] = CUSTOM
    asked.fields |= {name: day.isoformat() for name, day in (("from", first), ("to", last)) if day}
    since = _midnight(first) if first else None
    asked.wanted = replace(asked.wanted, since=since, until=_midnight(last + timedelta(days=1)) if last else None)


def _date(asked: Asked, written: str) -> date | None:
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        asked.notes.append("有一个日期看不懂，没有用它。请写成 2026-11-23 这样。")
        return None
    return day


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _read_choice(asked: Asked, given: Mapping[str, str], name: str, known: Container[str], label: str) -> None:
    value = given.get(name, "")
    if value and value not in known:
        asked.notes.append(f"“{label}”里没有这个选项，没有用它。")
    elif value:
        asked.fields[name] = value
        changed: dict[str, Any] = {name: value}
        asked.wanted = replace(asked.wanted, **changed)


def _read_case(asked: Asked, given: Mapping[str, str]) -> None:
    value = given.get("case", "").strip().upper()
    if value and not _CASE.fullmatch(value):
        asked.notes.append("个案编号看不懂，没有用它。编号像 Z-7KM2WXPN 这样。")
    elif value:
        asked.fields["case"] = value
        asked.wanted = replace(asked.wanted, case=value)


def _read_person(asked: Asked, given: Mapping[str, str]) -> None:
    value = given.get("person", "")
    pseudonym = pseudonyms.read(value)
    if pseudonym:
        asked.fields["person"] = pseudonym
        asked.wanted = replace(asked.wanted, person=pseudonym)
    elif value.strip():
        asked.notes.append("关注者代号看不懂，没有用它。代号像 7F3A-2C1B 这样。")


def _read_words(asked: Asked, given: Mapping[str, str], with_words: bool) -> None:
    value = " ".join(given.get("q", "").split())
    if value and not with_words:
        asked.notes.append("你的角色不能按原文搜索，已经按其他条件显示。")
    elif len(value) > LONGEST_WORDS:
        asked.notes.append(f"要找的字太长，最多 {LONGEST_WORDS} 个字，没有用它。")
    elif value:
        asked.fields["q"] = value
        asked.wanted = replace(asked.wanted, words=value)


def _read_place(asked: Asked, given: Mapping[str, str]) -> None:
    if not (value := given.get("behind", "")):
        return
    try:
        asked.behind = Place.parse(value)
    except ValueError:
        asked.notes.append("翻页的位置看不懂，从最新的开始显示。")

"""没听懂的话: what nobody understood, gathered to groups, with what to do about each.

Whoever may read words sees them, on the record (P6). A supervisor sees the words of few people only with a reason
(P5). Everybody else sees only what at least five people said, and of that only the words that five of them share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from console import access, asked, charts, reasons
from console.access import clock, current_staff, database, may
from console.asked import Asked
from console.charts import BarChart, Column
from console.house import house
from console.interactions import OPEN, OPEN_WITH_REASON
from content.actions import ACTIONS
from content.words import cutter
from core.clock import local
from core.corrections.deidentify import clean, may_be_a_name
from core.interactions import grouping, mending, unanswered
from core.interactions.grouping import Group
from core.interactions.searching import plain
from core.interactions.unanswered import Missed
from core.staff import audit

Answer = str | tuple[str, int]
READ = "unanswered.read"
# Fewer would be somebody (as on the overview).
FEW = 5
PAGE, EXAMPLES = 20, 5
USUAL = "30d"
MOST_DAYS, WEEK = 31, 7


@dataclass(frozen=True)
class Seen:
    """A group as this reader may see it; `words` is empty where even they would tell too much."""

    group: Group
    words: Sequence[str]
    is_masked: bool
    chart: BarChart
    change: int

    @property
    def count(self) -> int:
        """How many messages."""
        return len(self.group.messages)


@dataclass(frozen=True)
class Report:
    """Everything of a period; `hidden` groups are not shown to this reader at all."""

    what: Asked
    seen: Sequence[Seen]
    hidden: int
    messages: int
    is_whole: bool
    oldest: datetime | None


def add(door: Blueprint) -> None:
    @door.get("/unanswered/")
    @access.needs(READ)
    def unanswered() -> Answer:
        report = _report()
        if may(OPEN) and report.seen:
            _note("list", " ".join(f"{name}={value}" for name, value in sorted(report.what.fields.items())))
        pages = max(1, -(-len(report.seen) // PAGE))
        page = min(max(_number(request.args.get("page", "")), 1), pages)
        shown = report.seen[(page - 1) * PAGE : page * PAGE]
        values = {"report": report, "shown": shown, "page": page, "pages": pages, "few": FEW}
        return render_template("console/unanswered.html", **values, ranges=_ranges(), link=_link(report.what))

    @door.get("/unanswered/<key>")
    @access.needs(READ)
    def unanswered_group(key: str) -> Answer:
        report, one = _one(key)
        if may(OPEN):
            _note(key, "")
        return _group(report, one, with_examples=may(OPEN))

    @door.post("/unanswered/<key>")
    @access.needs(OPEN_WITH_REASON)
    def open_group(key: str) -> Answer:
        report, one = _one(key)
        reason = reasons.given()
        if error := reasons.fault(reason):
            return _group(report, one, with_examples=False, reason=reason[: reasons.LONGEST], error=error), 422
        _note(key, reason)
        return _group(report, one, with_examples=True)


# --- who sees what --------------------------------------------------------------------------------------------------


def _report() -> Report:
    now = clock().now()
    what = _asked(now)
    with database().reading() as reading:
        found = unanswered.missed(reading, what.wanted.since, what.wanted.until)
    groups = grouping.group(_visible(found.messages))
    shown = groups if may("interactions.read") else [one for one in groups if one.people >= FEW]
    oldest = min((one.at for one in found.messages), default=None)
    edges = _edges(what.wanted.since or oldest or now, what.wanted.until or now)
    seen = [_seen(one, edges) for one in shown]
    if words := plain(what.wanted.words).split():
        seen = [one for one in seen if _speaks_of(one, words)]
    return Report(what, seen, len(groups) - len(shown), len(found.messages), found.is_whole, oldest)


def _asked(now: datetime) -> Asked:
    given = request.args.to_dict()
    if not any(given.get(name) for name in ("range", "from", "to")):
        given["range"] = USUAL
    kept = {name: given[name] for name in ("range", "from", "to", "q") if given.get(name)}
    return asked.read(kept, now, with_words=True)


def _visible(messages: Sequence[Missed]) -> Sequence[Missed]:
    """A message with a risk is for who follows up, also in a number (P5)."""
    return messages if may("interactions.read") else [one for one in messages if one.risk == "none"]


def _seen(group: Group, edges: Sequence[datetime], with_words: bool = False) -> Seen:
    in_full = with_words or may(OPEN)
    is_masked = not in_full and group.people < FEW
    words = group.shared() if in_full else [] if is_masked else _harmless(group.shared(FEW))
    counts = _counts(group.messages, edges)
    middle = len(counts) // 2
    change = sum(counts[-middle:]) - sum(counts[:middle]) if middle else 0
    return Seen(group, words, is_masked, _chart(counts, edges), change)


def _harmless(words: Sequence[str]) -> list[str]:
    """Words of the language, no numbers, letters or names: what many say may still be somebody's name or account."""
    return [word for word in words if not any(char.isascii() for char in word) and _is_plain(word)]


def _is_plain(word: str) -> bool:
    return cutter().has_word(word) and not may_be_a_name(word) and not clean(word).found


def _speaks_of(one: Seen, words: Sequence[str]) -> bool:
    heard = " ".join(one.words)
    if may(OPEN):
        heard += "\n" + "\n".join(message.text for message in one.group.messages)
    heard = plain(heard)
    return all(word in heard for word in words)


def _note(which: str, reason: str) -> None:
    # What is grouped was opened: on the record before it is shown (P6).
    with database().transaction() as writing:
        audit.record(writing, current_staff(), "unanswered.open", ("unanswered", which), clock().now(), reason)


# --- one group ------------------------------------------------------------------------------------------------------


def _one(key: str) -> tuple[Report, Seen]:
    report = _report()
    one = next((one for one in report.seen if one.group.key == key), None)
    if one is None:
        abort(404)
    return report, one


def _group(report: Report, one: Seen, *, with_examples: bool, reason: str = "", error: str = "") -> str:
    now = clock().now()
    edges = _edges(report.what.wanted.since or report.oldest or now, report.what.wanted.until or now)
    seen = _seen(one.group, edges, with_words=with_examples)
    rules = house().mind.rules
    offered = mending.nearest(rules, seen.words)
    chosen = request.args.get("action", "")
    action = chosen if chosen in ACTIONS else next(iter(offered), "")
    return render_template(
        "console/unanswered_group.html",
        one=seen,
        examples=_examples(one.group) if with_examples else [],
        ask=may(OPEN_WITH_REASON) and not with_examples,
        reason=reason,
        error=error,
        longest=reasons.LONGEST,
        few=FEW,
        action=action,
        actions=[
            *((name, ACTIONS[name]) for name in offered),
            *((n, t) for n, t in ACTIONS.items() if n not in offered),
        ],
        offered=len(offered),
        one_fields=report.what.fields,
        proposal=mending.propose(rules, one.group, seen.words, action) if seen.words else None,
        link=_link(report.what),
        action_url=_link(report.what)("console.open_group", key=one.group.key),
    )


def _examples(group: Group) -> list[Missed]:
    """The newest of each way of saying it."""
    newest = [max(saying.messages, key=lambda one: one.at) for saying in group.sayings]
    return sorted(newest, key=lambda one: one.at, reverse=True)[:EXAMPLES]


# --- over time ------------------------------------------------------------------------------------------------------


def _edges(since: datetime, until: datetime) -> list[datetime]:
    """Where each day begins, or each week of a long time, and where the last one ends."""
    first = local(since).replace(hour=0, minute=0, second=0, microsecond=0)
    days = max(1, -(-(until - first) // timedelta(days=1)))
    step = timedelta(days=1 if days <= MOST_DAYS else WEEK * max(1, days // 400))
    edges = [first]
    while edges[-1] < until or len(edges) == 1:
        edges.append(edges[-1] + step)
    return edges


def _counts(messages: Sequence[Missed], edges: Sequence[datetime]) -> list[int]:
    counts = [0] * (len(edges) - 1)
    step = edges[1] - edges[0]
    for one in messages:
        counts[min(max(0, (one.at - edges[0]) // step), len(counts) - 1)] += 1
    return counts


def _chart(counts: Sequence[int], edges: Sequence[datetime]) -> BarChart:
    columns = []
    is_days = edges[1] - edges[0] == timedelta(days=1)
    for number, count in enumerate(counts):
        day = local(edges[number])
        label = f"{day.month}/{day.day}"
        columns.append(Column(label, f"{label}{'' if is_days else ' 起'}：{count} 条", (("usual", count),)))
    return charts.bar_chart(columns)


def _ranges() -> dict[str, str]:
    return {key: label for key, (label, _) in asked.RANGES.items()}


def _link(what: Asked) -> Any:
    """Addresses that keep the period and the words."""

    def link(endpoint: str, **values: Any) -> str:
        return url_for(endpoint, **({**what.fields} | values))

    return link


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

"""为什么这样回答: paste a message, or take a stored one, and see every step to its answer; nothing is sent or stored.

What is pasted comes by POST, so that it stands in no address and no log, and is forgotten with the page. A stored
message is somebody's: it is opened as in the list of interactions, on the record (P6) and with a reason where the role
must give one (P5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for

from console import access, exchange, reasons, wording
from console.access import clock, current_staff, database, may
from console.charts import Share
from console.house import house
from console.interactions import NEIGHBOURS, OPEN, OPEN_WITH_REASON, READ
from core.events import listing
from core.interactions import families, searching
from core.interactions.searching import Row
from core.staff import audit
from core.understanding.explanation import Explanation, Said

Answer = str | tuple[str, int]
USE = "explain.use"
LONGEST, MOST_EARLIER = 2000, 10
# Pasted lines have no times: as somebody types who is in a hurry.
APART = timedelta(seconds=30)
EXAMPLES = ("这周六有什么活动", "报名费被骗了怎么维权", "作业要死了")


def add(door: Blueprint) -> None:
    @door.get("/explain/")
    @access.needs(USE)
    def explain() -> Answer:
        return _page()

    @door.post("/explain/")
    @access.needs(USE)
    def explain_pasted() -> Answer:
        text, before = request.form.get("text", "").strip(), request.form.get("before", "")
        lines = [line.strip() for line in before.splitlines() if line.strip()]
        errors = _errors(text, lines)
        if errors:
            return _page(text=text[:LONGEST], before=before[: LONGEST * 2], errors=errors), 422
        now = clock().now()
        earlier = [Said(line, now - APART * (len(lines) - number)) for number, line in enumerate(lines)]
        return _page(text=text, before=before, **_shown(_explained(text, earlier, now)))

    @door.get("/interactions/<uuid:identity>/why")
    @access.needs(READ)
    def explain_interaction(identity: UUID) -> Answer:
        row = _row(identity)
        if may(OPEN):
            return _stored(row, "")
        return _ask(row)

    @door.post("/interactions/<uuid:identity>/why")
    @access.needs(OPEN_WITH_REASON)
    def open_and_explain(identity: UUID) -> Answer:
        row, reason = _row(identity), reasons.given()
        if error := reasons.fault(reason):
            return _ask(row, reason, error), 422
        return _stored(row, reason)


# --- what was pasted ------------------------------------------------------------------------------------------------


def _errors(text: str, lines: Sequence[str]) -> dict[str, str]:
    errors = {}
    if not text:
        errors["text"] = "请先写一句话。"
    elif len(text) > LONGEST:
        errors["text"] = f"太长了，最多 {LONGEST} 个字。"
    if len(lines) > MOST_EARLIER or any(len(line) > LONGEST for line in lines):
        errors["before"] = f"前面的话最多 {MOST_EARLIER} 句，一句一行，每句不超过 {LONGEST} 个字。"
    return errors


def _page(**values: Any) -> str:
    shown = {"text": "", "before": "", "errors": {}, "why": None} | values
    return render_template("console/explain.html", longest=LONGEST, examples=EXAMPLES, **shown)


def _explained(text: str, earlier: Sequence[Said], at: datetime) -> Explanation:
    with database().reading() as reading:
        events = listing.coming(reading, at)
    return house().mind.explain(text, earlier, at, events)


def _shown(why: Explanation) -> dict[str, Any]:
    return {
        "why": why,
        "scores": _bars(why.scores, wording.INTENTS),
        "risks": _bars(why.risk_shares, wording.RISKS),
        "family": families.of(why.answer.route).label,
        "is_grave": why.risk in ("high", "imminent"),
    }


def _bars(shares: Sequence[tuple[str, float]], names: Mapping[str, str]) -> list[Share]:
    """The shares as they are, the highest as the longest."""
    highest = max((share for _, share in shares), default=0.0)
    return [
        Share(names.get(name, name), f"{share:.2f}", round(max(0.0, 100 * share / highest), 2))
        for name, share in shares
        if highest > 0
    ]


# --- what is stored -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Then:
    """What came of it when it was received."""

    row: Row
    reply: str
    route: str
    intent: str
    reasons: Sequence[str]


def _row(identity: UUID) -> Row:
    with database().reading() as reading:
        row = searching.row(reading, identity)
    if row is None:
        abort(404)
    return row


def _ask(row: Row, reason: str = "", error: str = "") -> str:
    """The reason first, or that one may not."""
    return render_template(
        "console/reason.html",
        title="为什么这样回答",
        action=url_for("console.explain_interaction", identity=row.id),
        back=url_for("console.interaction", identity=row.id),
        is_open=may(OPEN_WITH_REASON),
        reason=reason,
        error=error,
        longest=reasons.LONGEST,
    )


def _stored(row: Row, reason: str) -> str:
    now = clock().now()
    with database().transaction() as writing:
        audit.record(writing, current_staff(), "interactions.explain", ("interaction", row.id), now, reason)
    with database().reading() as reading:
        told = exchange.tell(searching.around(reading, row, NEIGHBOURS), row.id)
    chosen = next(one for one in told if one.is_chosen)
    then = Then(row, chosen.answer, chosen.route, chosen.intent, chosen.reasons)
    page = {"then": then, "opened_because": reason, "why": None}
    if chosen.is_words and row.erased_at is None:
        earlier = [Said(one.said, one.at) for one in told if one.is_words and _is_before(one, chosen)]
        page |= _shown(_explained(chosen.said, earlier, row.received_at))
    return render_template("console/explain_stored.html", **page)


def _is_before(one: exchange.Exchange, chosen: exchange.Exchange) -> bool:
    return (one.at, one.id) < (chosen.at, chosen.id)

"""Stored interactions (互动记录) for follow-up: list, search, open beside the list, export.

The list shows no words of anybody. To open an exchange is to read what a young person wrote: it is put on the record
before it is shown (P6), and who has no plain right to it says why first (P5).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, url_for
from markupsafe import Markup

from console import access, asked, exchange, reasons, spreadsheet, wording
from console.access import clock, current_staff, database, may
from console.asked import Asked
from core.clock import local
from core.interactions import families, kinds, searching
from core.interactions.searching import Page, Row
from core.referrals import finding
from core.staff import audit

Answer = str | Response | tuple[str, int]
READ, OPEN, OPEN_WITH_REASON, EXPORT = (
    "interactions.read",
    "interactions.open",
    "interactions.open_with_reason",
    "interactions.export",
)
NEIGHBOURS = 6
EXPORTED = 20_000
HEAD = ("时间", "关注者", "消息", "路径", "风险", "话题", "情况", "用时（毫秒）")


def add(door: Blueprint) -> None:
    _add_list(door)
    _add_one(door)
    _add_export(door)


def _add_list(door: Blueprint) -> None:
    @door.get("/interactions/")
    @access.needs(READ)
    def interactions() -> Answer:
        return _screen(_asked())


def _add_one(door: Blueprint) -> None:
    @door.get("/interactions/<uuid:identity>")
    @access.needs(READ)
    def interaction(identity: UUID) -> Answer:
        row = _row(identity)
        return _beside(row, _opened(row, "") if may(OPEN) else _closed(row))

    @door.post("/interactions/<uuid:identity>")
    @access.needs(OPEN_WITH_REASON)
    def open_interaction(identity: UUID) -> Answer:
        row, reason = _row(identity), reasons.given("reason")
        if error := reasons.fault(reason):
            return _beside(row, _closed(row, reason[: reasons.LONGEST], error)), 422
        return _beside(row, _opened(row, reason))


def _add_export(door: Blueprint) -> None:
    @door.get("/interactions/export.csv")
    @access.needs(EXPORT)
    def export_interactions() -> Answer:
        what, now = _asked(), clock().now()
        if what.wanted.words or what.notes:
            # Never more than was shown: what the list left out is left out here only knowingly.
            abort(400)
        with database().transaction() as writing:
            filters = " ".join(f"{name}={value}" for name, value in sorted(what.fields.items()))
            audit.record(writing, current_staff(), "interactions.export", ("interactions", "list"), now, filters)
        name = f"hudong-{local(now):%Y%m%d-%H%M}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(_csv(what), mimetype="text/csv", headers=headers)


# --- the list -------------------------------------------------------------------------------------------------------


def _asked() -> Asked:
    return asked.read(request.args, clock().now(), with_words=may(OPEN))


def _screen(what: Asked, row: Row | None = None, beside: str = "") -> str:
    page, total = _find(what)
    values = {"asked": what, "page": page, "total": total, "chosen": row, "beside": beside}
    return render_template(
        "console/interactions.html", **values, **_choices(), link=_link(what), counted=searching.COUNTED
    )


def _find(what: Asked) -> tuple[Page, int | None]:
    with database().reading() as reading:
        page = searching.page(reading, what.wanted, what.behind)
        total = None if what.wanted.words else searching.count(reading, what.wanted)
    if what.wanted.words:
        _note_search(what, page)
    return page, total


def _note_search(what: Asked, page: Page) -> None:
    # To look for words is to read: on the record before the result is shown (P6).
    with database().transaction() as writing:
        subject = ("interactions", f"opened {page.scanned}, found {len(page.rows)}")
        audit.record(writing, current_staff(), "interactions.search", subject, clock().now(), what.wanted.words)


def _choices() -> dict[str, Any]:
    return {
        "ranges": {key: label for key, (label, _) in asked.RANGES.items()},
        "family_choices": [(one.key, one.label) for one in (*families.FAMILIES, families.OTHER)],
        "kinds": kinds.KINDS,
        "troubles": asked.TROUBLES,
    }


def _link(what: Asked) -> Any:
    """Addresses that keep the filters: `link("console.interaction", identity=…)`."""

    def link(endpoint: str, **values: Any) -> str:
        kept: dict[str, Any] = {**what.fields, "behind": what.behind}
        return url_for(endpoint, **(kept | values))

    return link


# --- one exchange ---------------------------------------------------------------------------------------------------


def _row(identity: UUID) -> Row:
    with database().reading() as reading:
        row = searching.row(reading, identity)
    if row is None:
        abort(404)
    return row


def _beside(row: Row, inside: str) -> str:
    """The panel alone for htmx, or the whole screen with it for a plain link."""
    return inside if "HX-Request" in request.headers else _screen(_asked(), row, Markup(inside))


def _opened(row: Row, reason: str) -> str:
    now = clock().now()
    with database().transaction() as writing:
        audit.record(writing, current_staff(), "interactions.open", ("interaction", row.id), now, reason)
    with database().reading() as reading:
        told = exchange.tell(searching.around(reading, row, NEIGHBOURS), row.id)
    return _panel(row, told=told, opened_because=reason)


def _closed(row: Row, reason: str = "", error: str = "") -> str:
    return _panel(row, ask=may(OPEN_WITH_REASON), reason=reason, error=error)


def _panel(row: Row, **values: Any) -> str:
    case = _case_of(row) if may("cases.read") else ""
    shown = {"row": row, "case": case, "longest": reasons.LONGEST, "link": _link(_asked())}
    return render_template("console/interactions_panel.html", **shown, **values)


def _case_of(row: Row) -> str:
    if row.contact_id is None:
        return ""
    with database().reading() as reading:
        return finding.numbers_of(reading, row.contact_id).get(row.id, "")


# --- to take along --------------------------------------------------------------------------------------------------


def _csv(what: Asked) -> Iterator[str]:
    found = searching.batches(database().reading, what.wanted, EXPORTED)
    return spreadsheet.csv_lines(HEAD, (_cells(row) for rows in found for row in rows))


def _cells(row: Row) -> tuple[object, ...]:
    """What the list shows: no words, no OpenID."""
    troubles = [label for label, is_so in state_of(row) if is_so]
    return (
        f"{local(row.received_at):%Y-%m-%d %H:%M:%S}",
        row.pseudonym,
        kinds.label(row.kind),
        row.family.label,
        wording.RISKS[row.risk],
        row.topic,
        "、".join(troubles),
        "" if row.latency_ms is None else round(row.latency_ms),
    )


def state_of(row: Row) -> tuple[tuple[str, bool], ...]:
    """What is unusual about it."""
    return (
        (asked.TROUBLES["unanswered"], row.is_unanswered),
        (asked.TROUBLES["failed"], row.has_failed),
        (asked.TROUBLES["spooled"], row.spooled),
        ("已清除", row.erased_at is not None),
    )

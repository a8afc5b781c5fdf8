"""今日 (overview): is anyone waiting, what fell through, what goes on today; then charts, and how the system does.

Small numbers about counselling name people: who has no business with them reads “<5” and no times (P5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from console import access, asked, charts, system_state
from console.access import clock, database, may
from console.charts import BarChart, Column
from console.house import house
from core.clock import WEEKDAYS, local
from core.events import figures as event_figures
from core.events.figures import Meeting
from core.interactions import families, figures
from core.interactions.figures import Span
from core.outbox import figures as outbox_figures
from core.outbox import state as outbox
from core.outbox.state import AlertsWaiting
from core.referrals import figures as case_figures
from core.referrals.figures import Waiting

EXACT = "overview.counseling"
FEW = 5
CHART_DAYS, ROUTE_DAYS, ROUTES = 14, 7, 8
COMING = 3


@dataclass(frozen=True)
class People:
    """Who waits for a human; `oldest` is None where that would tell too much."""

    risk: str
    count: str
    oldest: datetime | None


def add(door: Blueprint) -> None:
    @door.get("/")
    @access.needs("overview.read")
    def overview() -> str:
        with database().reading() as reading:
            return render_template("console/overview.html", **_glance(reading), **_charts(reading), **_system(reading))

    @door.get("/overview/figures")
    @access.needs("overview.read")
    def overview_figures() -> str:
        with database().reading() as reading:
            return render_template("console/overview_figures.html", **_glance(reading), **_system(reading))

    @door.get("/overview/charts")
    @access.needs("overview.read")
    def overview_charts() -> str:
        with database().reading() as reading:
            return render_template("console/overview_charts.html", **_charts(reading))


def few(count: int, exact: bool) -> str:
    """The number, or “<5” for whom fewer would be somebody."""
    return str(count) if exact or count >= FEW else f"<{FEW}"


# --- at a glance ----------------------------------------------------------------------------------------------------


def _glance(reading: Session) -> dict[str, Any]:
    now = clock().now()
    begins, ends = figures.days(now, 1)
    return {
        "now": now,
        "day": f"{local(now).month}月{local(now).day}日 星期{WEEKDAYS[local(now).weekday()]}",
        **_waiting(reading, begins),
        **_fallen_through(reading, begins),
        "meetings": event_figures.between(reading, begins, ends),
        "coming": _coming(reading, ends),
    }


def _waiting(reading: Session, today: datetime) -> dict[str, Any]:
    exact, waiting = may(EXACT), case_figures.waiting(reading)
    total = sum(one.count for one in waiting)
    return {
        "exact": exact,
        "waiting": [_people(one) for one in waiting] if exact else [People("", few(total, False), None)],
        "anybody_waits": total > 0,
        "is_grave": exact and any(one.risk in ("high", "imminent") for one in waiting),
        "in_care": few(case_figures.in_care(reading), exact),
        "opened_today": few(case_figures.opened_since(reading, today), exact),
        "alerts": _alerts(outbox.alerts_waiting(reading)),
    }


def _people(waiting: Waiting) -> People:
    return People(waiting.risk, few(waiting.count, True), waiting.oldest)


def _alerts(waiting: AlertsWaiting) -> dict[str, Any] | None:
    """An alert that reached nobody: those who can mend it must know, if not how many there are."""
    if not waiting.count or not (may(EXACT) or may("operations.read")):
        return None
    return {"count": few(waiting.count, may(EXACT)), "since": waiting.since if may(EXACT) else None}


def _fallen_through(reading: Session, today: datetime) -> dict[str, Any]:
    if not (may("interactions.read") or may("operations.read")):
        return {"troubles": None}
    counted = figures.troubles(reading, today)
    return {
        "troubles": [(key, label, counted[key]) for key, label in asked.TROUBLES.items()],
        "undelivered": outbox_figures.undelivered(reading, today),
    }


def _coming(reading: Session, since: datetime) -> Sequence[Meeting]:
    return event_figures.following(reading, since, COMING)


# --- charts ---------------------------------------------------------------------------------------------------------


def _charts(reading: Session) -> dict[str, Any]:
    now = clock().now()
    today = figures.today(now)
    since = figures.days(now, ROUTE_DAYS)[0]
    return {
        "with_risk": may(EXACT),
        "by_day": _by_day(figures.spans(reading, figures.days(now, CHART_DAYS)), today),
        "by_hour": _by_hour(figures.spans(reading, figures.hours(now)), now),
        "routes": _routes(reading, since),
        "latency": figures.latency(reading, today),
    }


def _by_day(spans: Sequence[Span], today: datetime) -> BarChart:
    columns = []
    for span in spans:
        day = local(span.begins)
        title = f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）：{_count(span)}"
        columns.append(Column(f"{day.month}/{day.day}", title, _parts(span), span.begins == today))
    return charts.bar_chart(columns)


def _by_hour(spans: Sequence[Span], now: datetime) -> BarChart:
    columns = []
    for number, span in enumerate(spans):
        is_now = span.begins <= now < span.begins + timedelta(hours=1)
        columns.append(Column(f"{number}", f"{number} 点到 {number + 1} 点：{_count(span)}", _parts(span), is_now))
    return charts.bar_chart(columns)


def _parts(span: Span) -> Sequence[tuple[str, int]]:
    if not may(EXACT):
        return (("usual", span.total),)
    concern = span.at_risk - span.grave
    return (("usual", span.total - span.at_risk), ("concern", concern), ("grave", span.grave))


def _count(span: Span) -> str:
    risky = f"，其中有风险 {span.at_risk} 条" if may(EXACT) and span.at_risk else ""
    return f"{span.total} 条{risky}"


def _routes(reading: Session, since: datetime) -> Sequence[charts.Share]:
    exact = may(EXACT)
    counted = [
        (family.label, count)
        for family, count in figures.by_family(reading, since)
        if exact or family.key not in families.COUNSELING
    ]
    # Shares and no numbers: what is missing to the whole would be the counselling.
    return charts.ranking(counted[:ROUTES], as_percent=not exact)


# --- the system -----------------------------------------------------------------------------------------------------


def _system(reading: Session) -> dict[str, Any]:
    return {"system": system_state.read(reading, house(), clock().now()) if may("operations.read") else None}

"""Figures about interactions (互动数字): counts and latencies from plain columns; nothing sealed is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from content.lexicon import GRAVE, RISKS
from core.clock import SHANGHAI, local
from core.interactions import families, searching
from core.interactions.families import Family
from core.interactions.models import Interaction


@dataclass(frozen=True)
class Span:
    """What came in between two moments: how many in all, and how many of them by risk."""

    begins: datetime
    total: int
    at_risk: int
    grave: int


@dataclass(frozen=True)
class Latency:
    """How long answers took, in milliseconds; None while nothing was answered."""

    answered: int
    median: float | None
    p95: float | None
    slowest: float | None


def today(now: datetime) -> datetime:
    """When today began, on the city's clock."""
    return local(now).replace(hour=0, minute=0, second=0, microsecond=0)


def days(now: datetime, count: int) -> list[datetime]:
    """When each of the last days began, and when the present one ends."""
    # Wall-clock arithmetic, then the moment: right also where a day has 23 hours.
    first = today(now).replace(tzinfo=None) - timedelta(days=count - 1)
    return [(first + timedelta(days=number)).replace(tzinfo=SHANGHAI) for number in range(count + 1)]


def hours(now: datetime) -> list[datetime]:
    """When each hour of today began, and when the day ends."""
    return [today(now) + timedelta(hours=number) for number in range(25)]


def spans(session: Session, edges: Sequence[datetime]) -> list[Span]:
    """What came in between each edge and the next."""
    which = case(*((Interaction.received_at < edge, number) for number, edge in enumerate(edges[1:])), else_=-1)
    slot = which.label("slot")
    # All risks by name: so the index over risk and time answers alone, without the rows.
    inside = (Interaction.risk.in_(RISKS), Interaction.received_at >= edges[0], Interaction.received_at < edges[-1])
    query = select(slot, Interaction.risk, func.count()).where(*inside)
    counted = [Counter[str]() for _ in edges[1:]]
    for number, risk, count in session.execute(query.group_by(slot, Interaction.risk)):
        counted[number][risk] += count
    return [_span(edge, by_risk) for edge, by_risk in zip(edges, counted, strict=False)]


def by_family(session: Session, since: datetime) -> list[tuple[Family, int]]:
    """What exchanges were about since then, the commonest first."""
    query = select(Interaction.route, func.count()).where(Interaction.received_at >= since)
    counted = Counter[Family]()
    for route, count in session.execute(query.group_by(Interaction.route)):
        counted[families.of(route)] += count
    return counted.most_common()


def latency(session: Session, since: datetime) -> Latency:
    """Median, 95th percentile and the slowest since then."""
    timed = (Interaction.received_at >= since, Interaction.latency_ms.is_not(None))
    answered = session.scalar(select(func.count()).where(*timed)) or 0
    return Latency(answered, *(_percentile(session, timed, answered, share) for share in (0.5, 0.95, 1.0)))


def troubles(session: Session, since: datetime) -> dict[str, int]:
    """What went wrong since then: unanswered, failed, spooled, not understood."""
    counted = (func.count().filter(condition()).label(name) for name, condition in searching.TROUBLES.items())
    row = session.execute(select(*counted).where(Interaction.received_at >= since)).one()
    return dict(row._mapping)


def _percentile(session: Session, timed: Sequence[ColumnElement[bool]], answered: int, share: float) -> float | None:
    if not answered:
        return None
    position = min(answered - 1, int(answered * share))
    query = select(Interaction.latency_ms).where(*timed).order_by(Interaction.latency_ms)
    return session.scalar(query.offset(position).limit(1))


def _span(begins: datetime, by_risk: Counter[str]) -> Span:
    at_risk = by_risk.total() - by_risk["none"]
    return Span(begins, by_risk.total(), at_risk, sum(by_risk[risk] for risk in GRAVE))

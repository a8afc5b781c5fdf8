"""Figures (数字): days and hours on the city's clock, percentiles, what waits and what meets today; on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.clock import SHANGHAI
from core.contacts import contacts
from core.events import figures as event_figures
from core.interactions import figures
from core.referrals import cases
from core.referrals import figures as case_figures
from core.referrals.cases import Cause
from tests.support.exchanges import store
from tests.support.happenings import make_event

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI).astimezone(UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def test_a_day_begins_at_midnight_in_the_city(session):
    store(session, "lin", at("2026-11-22T23:59:59"), risk="high")
    store(session, "lin", at("2026-11-23T00:00:00"))
    store(session, "lin", at("2026-11-23T09:00:00"), risk="concern")
    spans = figures.spans(session, figures.days(NOW, 14))
    assert len(spans) == 14
    assert [(span.total, span.at_risk, span.grave) for span in spans[-2:]] == [(1, 1, 1), (2, 1, 0)]
    assert sum(span.total for span in spans[:-2]) == 0


def test_hours_are_those_of_today(session):
    store(session, "lin", at("2026-11-22T09:30:00"))
    store(session, "lin", at("2026-11-23T09:30:00"))
    hours = figures.spans(session, figures.hours(NOW))
    assert [number for number, span in enumerate(hours) if span.total] == [9]
    assert len(hours) == 24


def test_percentiles_are_values_that_were_measured(session):
    for milliseconds in range(1, 101):
        store(session, "lin", NOW, latency_ms=float(milliseconds))
    store(session, "lin", NOW, latency_ms=None)
    latency = figures.latency(session, figures.today(NOW))
    assert (latency.answered, latency.median, latency.p95, latency.slowest) == (100, 51.0, 96.0, 100.0)


def test_nothing_answered_has_no_percentiles(session):
    assert figures.latency(session, NOW).median is None


def test_families_are_counted_and_the_commonest_comes_first(session):
    for route in ("study.list", "keyword:study.list", "crisis"):
        store(session, "lin", NOW, route=route)
    assert [(family.key, count) for family, count in figures.by_family(session, NOW)] == [("study", 2), ("crisis", 1)]


def test_troubles_are_counted_since_a_moment(session):
    store(session, "lin", NOW - timedelta(days=2), route="failed")
    store(session, "lin", NOW, route="failed")
    store(session, "lin", NOW, answer=None)
    counted = figures.troubles(session, figures.today(NOW))
    assert (counted["failed"], counted["unanswered"], counted["spooled"]) == (1, 1, 0)


def test_who_waits_is_told_by_risk_with_the_oldest(session):
    for number, risk in enumerate(("high", "imminent", "high")):
        person = contacts.meet(session, f"o_test_{number}", NOW)
        cases.open_crisis(session, person, risk, "心理", Cause(None, NOW - timedelta(minutes=number)))
    noticed = contacts.meet(session, "o_test_9", NOW)
    cases.suggest(session, noticed, "学业", Cause(None, NOW))
    waiting = case_figures.waiting(session)
    assert [(one.risk, one.count) for one in waiting] == [("imminent", 1), ("high", 2)]
    assert waiting[1].oldest == NOW - timedelta(minutes=2)
    assert (case_figures.suggested(session), case_figures.in_care(session)) == (1, 0)
    assert case_figures.opened_since(session, figures.today(NOW)) == 3


def test_today_shows_what_meets_today_and_of_a_series_only_todays_date(session):
    begins, ends = figures.days(NOW, 1)
    make_event(session, NOW, "1", starts_at=NOW, ends_at=NOW + timedelta(hours=2))
    make_event(session, NOW, "2", starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, hours=2))
    make_event(session, NOW, "3", starts_at=NOW, ends_at=NOW + timedelta(hours=2), published=False)
    dates = [NOW - timedelta(days=1), NOW + timedelta(hours=5), NOW + timedelta(days=2)]
    series = [{"title": f"第{n}次", "starts_at": d.isoformat(), "ends_at": d.isoformat()} for n, d in enumerate(dates)]
    make_event(session, NOW, "4", starts_at=dates[0], ends_at=dates[-1], sessions=series)
    make_event(session, NOW, "5", starts_at=dates[0], ends_at=dates[-1], sessions=[series[2]])
    meetings = event_figures.between(session, begins, ends)
    assert [(one.event.number, one.title) for one in meetings] == [("1", "团讲堂第1期"), ("4", "团讲堂第4期：第1次")]
    assert [one.event.number for one in event_figures.following(session, ends, 5)] == ["2"]

"""GET /metrics (指标): for Prometheus, not for the world."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from ipaddress import ip_address

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.limits import InTime, Unavailable
from bot.spool import Spool
from core import gauges, metrics
from core.clock import Clock
from core.config import Settings
from core.db import Database

# Prometheus itself gives up after 10 s, and a hung database must not hold a web thread for long.
PATIENCE_S = 2.0
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


def blueprint(settings: Settings, database: Database, spool: Spool, clock: Clock) -> Blueprint:
    """The page; `database` should have connections of its own, so that nobody waits for a scrape (R22)."""
    page = Blueprint("metrics", __name__)
    standing = _Standing(database, spool, clock)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(standing)

    @page.get("/metrics")
    def scrape() -> Response:
        if not _may_read(settings):
            abort(403)
        return Response(metrics.exposition() + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return page


def _may_read(settings: Settings) -> bool:
    """Who has the token; without one only a neighbour, and in production nobody."""
    if settings.metrics_token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode())
    return not settings.is_production and _is_neighbour()


def _is_neighbour() -> bool:
    # Behind a proxy on this machine the whole world would seem to be one.
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_private
    except ValueError:
        return False


class _Standing(Collector):
    """What is read when it is asked for."""

    def __init__(self, database: Database, spool: Spool, clock: Clock) -> None:
        self._database, self._spool, self._clock = database, spool, clock
        self._in_time = InTime(PATIENCE_S, threads=1)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The spool of this machine, and the database's part when it answers in time."""
        yield GaugeMetricFamily("zhengqing_spool_bytes", "本机暂存里等着写回的字节", value=self._spool.waiting_bytes())
        yield GaugeMetricFamily(
            "zhengqing_spool_aside_bytes", "处理不了、放在一边的字节", value=self._spool.aside_bytes()
        )
        try:
            found = self._in_time.run(self._read)
        except (SQLAlchemyError, Unavailable):
            found = []
        yield GaugeMetricFamily("zhengqing_database_up", "1 = 数据库答得出", value=bool(found))
        yield from found

    def _read(self) -> list[GaugeMetricFamily]:
        with self._database.reading() as session:
            return list(gauges.read(session, self._clock.now()))

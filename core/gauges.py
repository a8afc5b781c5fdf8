"""How things stand in the database (现状), read at the moment when somebody asks for the metrics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy.orm import Session

from core.outbox import state as outbox
from core.outbox import sweeps
from core.wechat import tokens


def read(session: Session, now: datetime) -> Iterator[GaugeMetricFamily]:
    """Outbox, alerts, sweeps and token; what never happened is absent, not zero."""
    yield _deliveries(session)
    yield _gauge(
        "zhengqing_outbox_lag_seconds", "最早到期而未发出的一条等了多久，秒", _age(outbox.oldest_due(session, now), now)
    )
    alerts = outbox.alerts_waiting(session)
    yield _gauge("zhengqing_alerts_waiting", "还没有人收到的求助提醒", alerts.count)
    yield _gauge("zhengqing_alerts_oldest_seconds", "其中最早的一条等了多久，秒", _age(alerts.since, now))
    yield _sweeps(session, now)
    yield from _token(session, now)


def _deliveries(session: Session) -> GaugeMetricFamily:
    family = GaugeMetricFamily("zhengqing_deliveries", "待发箱里的条数，按种类和状态", labels=["kind", "state"])
    for (kind, state), count in sorted(outbox.counts(session).items()):
        family.add_metric([kind, state], count)
    return family


def _sweeps(session: Session, now: datetime) -> GaugeMetricFamily:
    family = GaugeMetricFamily("zhengqing_sweep_age_seconds", "定时任务上次跑完一轮离现在多久，秒", labels=["sweep"])
    for name, finished_at in sorted(sweeps.heartbeats(session).items()):
        family.add_metric([name], _age(finished_at, now))
    return family


def _token(session: Session, now: datetime) -> Iterator[GaugeMetricFamily]:
    token = tokens.newest(session)
    if token is None or token.obtained_at is None or token.expires_at is None:
        return
    left = (token.expires_at - now).total_seconds()
    yield _gauge("zhengqing_token_age_seconds", "微信接口凭据取来多久，秒", _age(token.obtained_at, now))
    yield _gauge("zhengqing_token_seconds_left", "微信接口凭据还能用多久，秒；负数是已过期", left)


def _age(moment: datetime | None, now: datetime) -> float:
    """Seconds since then, 0 when there is no such moment."""
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)

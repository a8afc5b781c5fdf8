"""What is counted while the product works (指标): callbacks, routes, refusals, times. Never who, never what they wrote.

Each function takes a few microseconds. With several web processes gunicorn.conf.py sets PROMETHEUS_MULTIPROC_DIR before
this is imported; the counters of all of them then lie in that folder, and each process can tell the sum.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# Where the promises lie: 1 s for nearly all, 4 s for every one, 5 s until WeChat hangs up (R3).
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0)
# Labels come from the platform and from our own rules; should one ever come from outside, it may not fill the memory.
MOST_LABELS = 300
OTHER = "other"

_OURS = CollectorRegistry()
_callbacks = Counter(
    "zhengqing_callbacks", "推送，按类型、走的路、风险等级和结果", ["kind", "route", "risk", "outcome"], registry=_OURS
)
_answer_seconds = Histogram(
    "zhengqing_answer_seconds", "从收到推送到答出，秒", ["risk"], buckets=BUCKETS, registry=_OURS
)
_refused = Counter("zhengqing_refused_callbacks", "拒绝的推送，按原因", ["reason"], registry=_OURS)
_console_refused = Counter("zhengqing_console_refused", "工作台拒绝的登录和操作，按原因", ["reason"], registry=_OURS)
_spooled = Counter("zhengqing_spooled", "数据库不在时暂存的消息", registry=_OURS)
_drained = Counter("zhengqing_drained", "从暂存写回数据库的消息", registry=_OURS)
_not_stored = Counter("zhengqing_not_stored", "哪里都没存下的消息（最严重）", registry=_OURS)
_breaker = Gauge("zhengqing_breaker_open", "1 = 数据库刚失败过，暂不等它", multiprocess_mode="livemax", registry=_OURS)

# Bound once: looking a label up costs more than counting.
spooled: Callable[[], None] = _spooled.inc
drained: Callable[[], None] = _drained.inc
not_stored: Callable[[], None] = _not_stored.inc


def answered(kind: str, route: str, risk: str, seconds: float, outcome: str = "answered") -> None:
    """One push was answered; `outcome` is a short word of ours: answered, repeated, spooled, failed."""
    count, took = _answers(kind, route, risk, outcome)
    count()
    took(seconds)


def refused(reason: str) -> None:
    """One callback was refused; `reason` is the code of bot.refused."""
    _refusals(reason)()


def console_refused(reason: str) -> None:
    """Somebody was kept out of the staff console: password, code, held_back, csrf, role."""
    _console_refused.labels(reason).inc()


def breaker(is_open: bool) -> None:
    """Whether this process waits for its database."""
    _breaker.set(is_open)


def family(route: str) -> str:
    """The feature behind a route's name: `step:referral.consent` and `click:referral.start>…` are both referral."""
    return route.partition(">")[0].rpartition(":")[2].partition(".")[0]


def exposition() -> bytes:
    """The counters of this process, or of all that share a folder, in Prometheus' text form."""
    if not os.environ.get(SHARED_FOLDER):
        return generate_latest(_OURS)
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return generate_latest(together)


class _Known:
    """The first label values that were seen; what comes after too many is called other."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def __call__(self, value: str) -> str:
        if value not in self._values and len(self._values) >= MOST_LABELS:
            return OTHER
        self._values.add(value)
        return value


_kinds, _families, _risks, _reasons = _Known(), _Known(), _Known(), _Known()


@lru_cache(MOST_LABELS * 4)
def _answers(kind: str, route: str, risk: str, outcome: str) -> tuple[Callable[[], None], Callable[[float], None]]:
    risk = _risks(risk)
    callback = _callbacks.labels(_kinds(kind), _families(family(route)), risk, outcome)
    return callback.inc, _answer_seconds.labels(risk).observe


@lru_cache(MOST_LABELS)
def _refusals(reason: str) -> Callable[[], None]:
    return _refused.labels(_reasons(reason)).inc

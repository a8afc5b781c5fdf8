"""Where the time of one message goes: each stage alone on one thread, in microseconds of processor time."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

from bench.pipeline import servers
from bench.pipeline.traffic import Push, Traffic
from bot.exchange import Arrival
from bot.group_commit import GroupCommit, Seat
from bot.parts import Parts, build
from bot.query import Query
from core import logs
from core.config import Settings
from core.messages import InboundMessage
from core.understanding.normalise import normalise
from handlers import routing
from handlers.routing import Situation

MESSAGES, ROUNDS = 600, 5
GROUP = 32


def measure() -> dict[str, float]:
    """Median microseconds by stage, plain and safe mode where they differ."""
    logs.configure("WARNING")
    with tempfile.TemporaryDirectory(prefix="zhengqing-stages-") as name:
        folder = Path(name)
        found = {}
        for mode in ("plain", "safe"):
            settings = servers.environment(folder / mode, WECHAT_MODE=mode, **servers.secrets())
            account = Settings(_env_file=None, **{key.lower(): value for key, value in settings.items()})
            servers.migrate(settings)
            bench = _Bench(build(account), Traffic(account, mode, seed=7))
            found |= bench.envelope(mode)
            if mode == "safe":
                found |= bench.rest()
            bench.parts.store.database.close()
    return found


class _Bench:
    def __init__(self, parts: Parts, traffic: Traffic) -> None:
        self.parts = parts
        self._traffic = traffic
        self._requests = [_request(push) for push in traffic.take(MESSAGES)]
        self._opened = [parts.envelope.open(query, body, _now()) for query, body in self._requests]
        self._messages = [opened.message for opened in self._opened]

    def _message(self, push: Push) -> InboundMessage:
        return self.parts.envelope.open(*_request(push), _now()).message

    def envelope(self, mode: str) -> dict[str, float]:
        """Verify, decrypt and parse; render, encrypt and sign."""
        envelope, now = self.parts.envelope, _now()
        reply = self.parts.resources.say("menu.help", now, choices="1 … 2 … 3 …")
        return {
            f"open_{mode}": _each(self._requests, lambda one: envelope.open(*one, now)),
            f"seal_{mode}": _each(self._opened, lambda one: envelope.seal(one, reply, 1_700_000_000)),
        }

    def rest(self) -> dict[str, float]:
        """Judge, route, and store: alone, and a share of a group."""
        understanding = self.parts.resources.understanding
        calm = self._calm(self._messages)

        def afresh(one: InboundMessage) -> None:
            normalise.cache_clear()
            understanding.afresh(one.text)

        return {
            "judge": _each(self._messages, afresh),
            "route": _each(calm, self._route),
            f"stored_in_groups_of_{GROUP}_sqlite": self._in_groups(calm),
        }

    def _calm(self, messages: list[InboundMessage]) -> list[Arrival]:
        judge = self.parts.resources.understanding.judge
        arrivals = [Arrival(one, judge(one.text), _now(), time.perf_counter()) for one in messages]
        return [one for one in arrivals if GroupCommit.suits(one)]

    def _route(self, arrival: Arrival) -> None:
        routing.first(self.parts.registry, Situation(arrival.message, arrival.judgement, "", self.parts.resources))

    def _in_groups(self, calm: list[Arrival]) -> float:
        """Load, route, handle, insert, commit; the share of one message, when the people are known."""
        group = self.parts.pipeline._together
        greetings = self._calm([self._message(push) for push in self._traffic.greetings()])
        for batch in _batches(greetings):
            group._answer([Seat(arrival) for arrival in batch])
        batches = _batches(calm)
        begun = time.process_time()
        for batch in batches:
            group._answer([Seat(arrival) for arrival in batch])
        return round((time.process_time() - begun) / (len(batches) * GROUP) * 1e6, 1)


def _batches(arrivals: list[Arrival]) -> list[list[Arrival]]:
    return [arrivals[at : at + GROUP] for at in range(0, len(arrivals) - GROUP, GROUP)]


def _each(items: list, work: Callable) -> float:  # type: ignore[type-arg]
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for item in items:
            work(item)
        rounds.append((time.process_time() - begun) / len(items) * 1e6)
    return round(statistics.median(rounds), 1)


def _request(push: Push) -> tuple[Query, bytes]:
    head, _, body = push.request.partition(b"\r\n\r\n")
    query = head.split(b" ", 2)[1].decode().partition("?")[2]
    return Query.parse(parse_qsl(query)), body


def _now() -> datetime:
    return datetime.now(UTC)

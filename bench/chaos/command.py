"""The run: start everything, break it under load, heal, audit, print figures as JSON."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.chaos.auditor import audit, settle, store_of
from bench.chaos.breakage import KILLS, Breakage
from bench.chaos.controls import APPS
from bench.chaos.crowd import Crowd, open_events, put_on_duty
from bench.chaos.gate import Gate
from bench.chaos.members import APP, Deployment, Platform
from bench.servers.environment import ROOT
from bench.servers.postgres import PostgresServer, connect, start_postgres
from bench.servers.redis import RedisServer, start_redis

ALL = tuple(KILLS)


@dataclass(frozen=True)
class Plan:
    """How hard, how long, whom, and from which seed; `without` takes one protection out (a negative control)."""

    kills: int = 300
    minutes: float = 30.0
    seed: int = 0
    pace_s: float = 1.0
    without: str = ""
    settle_s: float = 100.0
    victims: tuple[str, ...] = ALL


def main(argv: Sequence[str]) -> int:
    """Exit code 1 when anything was lost, doubled or left over."""
    plan = _parse(argv)
    with tempfile.TemporaryDirectory(prefix="zhengqing-chaos-") as folder:
        Path(folder).chmod(0o755)  # root's PostgreSQL runs as another user, who must be able to walk through
        report = run(plan, Path(folder))
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0 if is_clean(report["figures"]) else 1


def is_clean(figures: dict[str, Any]) -> bool:
    """Whether every promise held."""
    nothing = ("lost", "doubled", "rows_nobody_sent", "sends_missing", "still_owed", "left_in_spool", "breaches")
    return not any(figures[name] for name in nothing)


def run(plan: Plan, folder: Path) -> dict[str, Any]:
    """One run in an empty folder."""
    chance = random.Random(plan.seed)
    began = time.monotonic()
    _say(f"seed {plan.seed}")
    with ExitStack() as stack:
        postgres, redis = stack.enter_context(_servers(folder))
        deployment = Deployment(folder, postgres.url, redis.url, APPS.get(plan.without, APP))
        breakage = Breakage(deployment, postgres, redis, chance, plan.pace_s, plan.victims)
        stack.callback(breakage.close)
        stack.callback(deployment.stop)
        stack.callback(breakage.stop_supervising)
        deployment.start()
        store = store_of(deployment)
        stack.callback(store.database.close)
        people = Platform(deployment.phone_port)
        open_events(store.database)
        put_on_duty(store.database, people)
        stack.callback(Gate(deployment.gate_port, [each.web.port for each in deployment.machines]).close)
        _say("everything is up")
        _break_under_load(plan, Crowd(people, chance), breakage)
        _say("healed; waiting until everything is stored and sent")
        owed = settle(deployment, store, plan.settle_s)
        figures = _of_breaking(plan, breakage) | audit(deployment, store) | {"still_owed": owed}
        versions = _versions(postgres)
    return {"figures": figures | {"seconds": round(time.monotonic() - began)}, "versions": versions}


def _break_under_load(plan: Plan, crowd: Crowd, breakage: Breakage) -> None:
    crowd.begin()
    try:
        breakage.run(plan.kills, time.monotonic() + plan.minutes * 60)
        breakage.heal()
        time.sleep(2)  # and some more messages for an account that is well
    finally:
        crowd.end()


@contextmanager
def _servers(folder: Path) -> Iterator[tuple[PostgresServer, RedisServer]]:
    with ExitStack() as stack:
        postgres = start_postgres(folder / "postgres")
        stack.callback(postgres.stop)
        redis = start_redis(folder / "redis")
        stack.callback(redis.stop)
        yield postgres, redis


def _of_breaking(plan: Plan, breakage: Breakage) -> dict[str, Any]:
    kills = breakage.kills.total()
    return {
        "seed": plan.seed,
        "kills": kills,
        "kills_by_victim": dict(breakage.kills),
        "pauses": dict(breakage.pauses),
        "ended_by_themselves": dict(breakage.ended_alone),
        # Nothing bad in n kills means at most 3/n of them are, at 95 %.
        "bound_per_kill": round(3 / kills, 4) if kills else None,
    } | ({"without": plan.without} if plan.without else {})


def _versions(postgres: PostgresServer) -> dict[str, str]:
    with connect(postgres.url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    names = ("gunicorn", "sqlalchemy", "psycopg", "redis", "dramatiq")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return {
        "commit": commit.stdout.strip() or "unknown",
        "python": platform.python_version(),
        "postgresql": str(row[0]) if row else "",
        **{name: importlib.metadata.version(name) for name in names},
    }


def _parse(argv: Sequence[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="python -m bench chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=Plan.kills, help="how many kill -9 (default %(default)s)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="the same seed, the same order")
    parser.add_argument("--minutes", type=float, default=Plan.minutes, help="stop breaking after this long")
    parser.add_argument("--pace", type=float, default=Plan.pace_s, help="seconds between two kills, on average")
    parser.add_argument("--without", choices=sorted(APPS), default="", help="negative control: take this out")
    given = parser.parse_args(argv)
    return Plan(given.kills, given.minutes, given.seed, given.pace, given.without)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

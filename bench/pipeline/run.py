"""The run: every variant in every round, interleaved, so that a ratio compares neighbours and not the weather."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.pipeline import checks, servers, stages
from bench.pipeline.load import Load, drive
from bench.pipeline.traffic import Traffic
from bench.servers.postgres import PostgresServer, start_postgres
from content.texts import Texts
from core.config import Settings
from core.db import Database

PACKAGES = ("flask", "wechatpy", "gunicorn", "sqlalchemy", "psycopg")
MOST_A_SECOND = 6000  # for how many pushes to prepare


@dataclass(frozen=True)
class Variant:
    """One thing to measure: which app, which database, how many workers, which mode."""

    name: str
    app: str
    workers: int
    database: str = ""
    mode: str = "plain"


VARIANTS = (
    Variant("echo", servers.ECHO, 2),
    Variant("pipeline_pg", servers.ACCOUNT, 2, "postgres"),
    Variant("echo_one", servers.ECHO, 1),
    Variant("pipeline_sqlite", servers.ACCOUNT, 1, "sqlite"),
    Variant("echo_aes", servers.ECHO, 2, mode="safe"),
    Variant("pipeline_aes", servers.ACCOUNT, 2, "postgres", mode="safe"),
)
RATIOS = (
    ("ratio_pg", "pipeline_pg", "echo"),
    ("ratio_sqlite", "pipeline_sqlite", "echo_one"),
    ("ratio_aes", "pipeline_aes", "echo_aes"),
)


class Run:
    """The servers' folder, one set of secrets, and what was measured so far."""

    def __init__(
        self, folder: Path, postgres: PostgresServer, platform: dict[str, str], options: argparse.Namespace
    ) -> None:
        self._folder, self._postgres, self._options = folder, postgres, options
        self._secrets = servers.secrets() | platform
        self._excuses = _excuses()
        self.measured: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.faults: dict[str, int] = defaultdict(int)

    def measure(self, variant: Variant, round_: int) -> None:
        """Start the variant on an empty database, warm it up, drive it, read every answer."""
        settings = self._settings(variant, round_)
        account = Settings(_env_file=None, **{name.lower(): value for name, value in settings.items()})
        traffic = Traffic(account, variant.mode, seed=round_)
        if variant.database:
            servers.migrate(settings)
        pushes = traffic.take(int(MOST_A_SECOND * self._options.seconds))
        with servers.serving(variant.app, settings, variant.workers, self._folder / f"{variant.name}.log") as server:
            warm = drive(server.port, traffic.greetings(), self._options.connections, 60)
            if variant.database == "postgres":
                self._postgres.analyze(settings["DATABASE_URL"])
            before = server.cpu_s()
            load = drive(server.port, pushes, self._options.connections, self._options.seconds)
            self._note(variant, server, load, server.cpu_s() - before)
        self._check(variant, warm, load, account, settings)

    def _settings(self, variant: Variant, round_: int) -> dict[str, str]:
        name = f"{variant.name}_{round_}"
        extra = {"WECHAT_MODE": variant.mode, **self._secrets}
        if variant.database == "postgres":
            extra["DATABASE_URL"] = self._postgres.create_database(name)
        if variant.app == servers.ECHO and variant.mode == "safe":
            extra["ECHO_AES"] = "1"
        return servers.environment(self._folder / name, **extra)

    def _note(self, variant: Variant, server: servers.Server, load: Load, cpu_s: float) -> None:
        figures = self.measured[variant.name]
        times = sorted(exchange.seconds * 1000 for exchange in load.exchanges)
        figures["rps"].append(load.rps)
        figures["p50_ms"].append(times[len(times) // 2])
        figures["p99_ms"].append(times[len(times) * 99 // 100])
        figures["max_ms"].append(times[-1])
        figures["rss_mb"].append(server.worker_rss_mb())
        figures["first_answer_s"].append(server.first_answer_s)
        figures["server_cpu_us"].append(cpu_s / len(times) * 1e6)
        figures["client_us"].append(load.client_cpu_s / len(times) * 1e6)

    def _check(self, variant: Variant, warm: Load, load: Load, account: Settings, settings: dict[str, str]) -> None:
        answered = warm.exchanges + load.exchanges
        found = checks.faults(answered, account, self._excuses)
        found["unanswered"] += warm.unanswered + load.unanswered
        if variant.database:
            found["not stored"] += abs(len(answered) - _stored(settings["DATABASE_URL"]))
        for kind, count in found.items():
            if count:
                self.faults[f"{variant.name}: {kind}"] += count


def _excuses() -> tuple[str, ...]:
    texts = Texts.load()
    return tuple(texts.entry(key).variants[0].strip().partition("\n")[0] for key in checks.EXCUSES)


def _stored(url: str) -> int:
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM interaction").scalar() or 0)
    finally:
        database.close()


def figures(run: Run) -> dict[str, Any]:
    """Medians over the rounds; a ratio is the median of the ratios within each round."""
    medians = {
        name: {key: round(statistics.median(values), 2) for key, values in rows.items()}
        for name, rows in run.measured.items()
    }
    found: dict[str, Any] = {}
    for name, variant, yardstick in RATIOS:
        if variant in medians and yardstick in medians:
            pairs = zip(run.measured[variant]["rps"], run.measured[yardstick]["rps"], strict=True)
            found[name] = round(statistics.median(ours / theirs for ours, theirs in pairs), 3)
    for name, row in medians.items():
        found[f"{name}_rps"] = row["rps"]
        found[f"{name}_cpu_us"] = row["server_cpu_us"]
    for name, short in (("pipeline_pg", "pg"), ("pipeline_sqlite", "sqlite")):
        if name in medians:
            found[f"p50_ms_{short}"], found[f"p99_ms_{short}"] = medians[name]["p50_ms"], medians[name]["p99_ms"]
            found[f"max_ms_{short}"] = max(run.measured[name]["max_ms"])
    ours = [rows for name, rows in run.measured.items() if name.startswith("pipeline")]
    found["bad_bodies"] = sum(run.faults.values())
    found["rss_mb_worker"] = round(max((value for rows in ours for value in rows["rss_mb"]), default=0), 1)
    starts = [value for rows in ours for value in rows["first_answer_s"]]
    found["first_answer_s"] = round(statistics.median(starts), 2) if starts else None
    found["client_us"] = round(statistics.median(v for rows in run.measured.values() for v in rows["client_us"]), 1)
    return found


def main(argv: list[str]) -> int:
    """Print the figures as JSON; exit 1 when a reply was wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench pipeline")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each variant in each round")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--only", default="", help="names of variants, with commas")
    options = parser.parse_args(argv)
    chosen = [one for one in VARIANTS if not options.only or one.name in options.only.split(",")]
    with tempfile.TemporaryDirectory(prefix="zhengqing-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres = start_postgres(folder / "postgres")
        try:
            with servers.platform() as platform_settings:
                run = Run(folder, postgres, platform_settings, options)
                _measure(run, chosen, options.rounds)
        finally:
            postgres.stop()
        found = figures(run)
    if not options.only:
        found["stage_us"] = stages.measure()
    print(json.dumps({"figures": found, "faults": run.faults, "settings": _settings(options), "versions": _versions()}))
    return 1 if run.faults else 0


def _measure(run: Run, chosen: list[Variant], rounds: int) -> None:
    for round_ in range(rounds):
        for variant in chosen:
            run.measure(variant, round_)
            rps = run.measured[variant.name]["rps"][-1]
            print(f"round {round_ + 1}/{rounds} {variant.name}: {rps:.0f}/s", file=sys.stderr)


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    return {"rounds": options.rounds, "seconds": options.seconds, "connections": options.connections}


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}

"""Re-check the promises from the data: every acknowledged push stored once, no orphans. Exit code 1 on a breach."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from bot import ledger
from bot.store import Store, open_spool, open_store
from core import audit, config

USUAL_FOLDER = "var/simulator"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to compare with."""
    parser.add_argument("--ledger", type=Path, help="a simulator's ledger (default: the one in SIMULATOR_DIR, if any)")
    parser.add_argument(
        "--complete", action="store_true", help="the ledger holds all pushes ever sent: rows beyond it are breaches"
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of lines")


def _demo_ledger() -> Path | None:
    """Of the simulator that runs beside us, where there is one."""
    path = Path(os.environ.get("SIMULATOR_DIR") or USUAL_FOLDER) / "ledger.jsonl"
    return path if path.exists() else None


def run(arguments: argparse.Namespace) -> int:
    """Check, print, and give 1 when anything is broken."""
    settings = config.load()
    store = open_store(settings)
    path = arguments.ledger or (None if settings.is_production else _demo_ledger())
    report = _report(store, path, arguments.complete)
    print(json.dumps(report, ensure_ascii=False, indent=2) if arguments.json else _lines(report))
    return 0 if report["clean"] else 1


def _report(store: Store, path: Path | None, complete: bool) -> dict[str, Any]:
    with store.database.reading(patient=True) as session:
        checks = audit.run(session, store.clock.now())
        figures: dict[str, Any] = {"rows": audit.counts(session)}
        if path is not None:
            spooled = [record.xml for record in open_spool(store).records()]
            comparison = ledger.compare(session, path, spooled, complete)
            checks["ledger"] = comparison.breaches
            figures["ledger"] = {
                "sent": comparison.sent,
                "acknowledged": comparison.acknowledged,
                "lost": sum(breach.finding.startswith("acknowledged") for breach in comparison.breaches),
                "waiting_in_spool": comparison.waiting_in_spool,
            }
    breaches = [vars(breach) for found in checks.values() for breach in found]
    return {
        "clean": not breaches,
        "checks": {name: len(found) for name, found in checks.items()},
        "breaches": breaches,
    } | figures


def _lines(report: dict[str, Any]) -> str:
    lines = [
        f"{'ok ' if not count else 'BAD'} {name}" + (f": {count}" if count else "")
        for name, count in report["checks"].items()
    ]
    lines += [f"    {breach['check']}: {breach['subject']}: {breach['finding']}" for breach in report["breaches"][:50]]
    if "ledger" in report:
        lines.append("ledger: " + ", ".join(f"{name} {value}" for name, value in report["ledger"].items()))
    lines.append("rows: " + ", ".join(f"{name} {count}" for name, count in report["rows"].items() if count))
    lines.append("clean" if report["clean"] else f"{len(report['breaches'])} breaches")
    return "\n".join(lines)

"""List what was stored: when, what came, where it went, with which risk, and what was answered."""

from __future__ import annotations

import argparse
import json
from typing import Any

from bot.store import open_store
from core import config
from core.clock import local
from core.interactions import interactions
from core.interactions.models import Interaction
from core.interactions.replies import as_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Filters and form."""
    parser.add_argument("--last", type=int, default=20, metavar="N", help="the newest N (default 20)")
    parser.add_argument("--risk", choices=("concern", "high", "imminent"), help="this risk or a worse one")
    parser.add_argument("--route", help="routes that begin with this")
    parser.add_argument("--open-id", help="of one follower")
    parser.add_argument(
        "--show-text", action="store_true", help="show what people wrote and read (personal: look only with a reason)"
    )
    parser.add_argument("--json", action="store_true", help="JSON lines")


def run(arguments: argparse.Namespace) -> int:
    """Print the newest last."""
    store = open_store(config.load())
    with store.database.reading(patient=True) as session:
        rows = interactions.newest(
            session, arguments.last, risk=arguments.risk, route=arguments.route, open_id=arguments.open_id
        )
        shown = [_facts(row, arguments.show_text) for row in rows]
    for facts in shown:
        print(json.dumps(facts, ensure_ascii=False) if arguments.json else _line(facts))
    if not shown:
        print("Nothing stored yet. Try: python -m simulator say 你好")
    elif not arguments.show_text and not arguments.json:
        print("(Texts are hidden; --show-text shows them.)")
    return 0


def _facts(row: Interaction, with_text: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": str(row.id),
        "at": f"{local(row.received_at):%Y-%m-%d %H:%M:%S}",
        "kind": row.kind,
        "route": row.route,
        "intent": row.intent,
        "risk": row.risk,
        "topic": row.topic,
        "reasons": row.reasons,
        "reply_key": row.reply_key,
        "latency_ms": row.latency_ms,
        "spooled": row.spooled,
        "failure": row.failure,
    }
    if with_text:
        facts |= {"text": row.text, "reply": as_text(row.reply) if row.reply else ""}
    return facts


def _line(facts: dict[str, Any]) -> str:
    mark = {"imminent": "!!", "high": "! ", "concern": "· "}.get(facts["risk"], "  ")
    note = " spooled" if facts["spooled"] else ""
    failure = f" [{facts['failure']}]" if facts["failure"] else ""
    line = f"{facts['at']} {mark} {facts['kind']:<10} {facts['route']:<28} {facts['reply_key']:<28}{note}{failure}"
    if "text" in facts:
        line += f"\n    → {facts['text'] or ''}\n    ← {(facts['reply'] or '').replace(chr(10), ' / ')}"
    return line

"""Compare a WeChat ledger (the simulator's, or one of the same form) with what is stored (R1, R2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.inbound import read_message
from bot.refused import Refused
from core.audit import Breach
from core.interactions.interactions import dedupe_key
from core.interactions.models import Interaction


@dataclass
class Comparison:
    """Figures of one comparison: distinct pushes sent, acknowledged, lost, and rows that nobody sent."""

    sent: int = 0
    acknowledged: int = 0
    waiting_in_spool: int = 0
    breaches: list[Breach] = field(default_factory=list)


def compare(session: Session, ledger: Path, spooled: Iterable[str], complete: bool) -> Comparison:
    """Every acknowledged push is one row, or waits in the spool; with `complete`, no row is from elsewhere.

    `spooled` are the XML texts that wait. Raises OSError when the ledger cannot be read.
    """
    pushes = _pushes(ledger)
    waiting = {key for xml in spooled if (key := _key(xml))}
    stored = set(session.scalars(select(Interaction.dedupe_key).where(Interaction.direction == "in")))
    result = Comparison(sent=len(pushes), acknowledged=sum(push.acknowledged for push in pushes.values()))
    for key, push in pushes.items():
        if not push.acknowledged or key in stored:
            continue
        if key in waiting:
            result.waiting_in_spool += 1
        else:
            result.breaches.append(Breach("ledger", push.name, "acknowledged, but not stored"))
    if complete:
        for key in stored - pushes.keys():
            result.breaches.append(Breach("ledger", f"row {key}", "stored, but nobody sent it"))
    return result


@dataclass
class _Push:
    name: str
    acknowledged: bool = False


def _pushes(ledger: Path) -> dict[str, _Push]:
    """Distinct pushes of the ledger by dedupe key; several deliveries of one push are one."""
    found: dict[str, _Push] = {}
    by_id: dict[str, str] = {}
    for entry in _entries(ledger):
        if entry.get("kind") == "push.sent" and (key := _key(entry.get("plain_xml") or "")):
            by_id[entry["push_id"]] = key
            found.setdefault(key, _Push(f"push {entry['push_id']}"))
        elif entry.get("kind") == "push.answered" and entry.get("verdict") in ("ok", "empty"):
            key = by_id.get(entry["push_id"])
            if key:
                found[key].acknowledged = True
    return found


def _entries(ledger: Path) -> Iterator[dict[str, Any]]:
    with ledger.open(encoding="utf-8") as lines:
        for line in lines:
            # The last line may be half written.
            if line.endswith("\n"):
                yield json.loads(line)


def _key(xml: str) -> str | None:
    try:
        return dedupe_key(read_message(xml))
    except Refused:
        return None  # pushed to see it refused

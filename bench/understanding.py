"""Measure crisis screening and intents (理解) on labelled messages: `python -m bench.understanding --data FILE`."""

import argparse
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.lexicon import GRAVE, INTENTS, RISKS
from core.understanding import Judgement, Understanding

HARD = {"keyword_trap", "hyperbole", "game", "lyric", "news", "negation"}
REPEATS = 5


@dataclass(frozen=True)
class Judged:
    """A labelled message, what was judged of it, and in how many milliseconds (the best of a few)."""

    row: dict[str, Any]
    judgement: Judgement
    milliseconds: float

    @property
    def alarmed(self) -> bool:
        return self.judgement.risk in GRAVE


def main(argv: Sequence[str]) -> int:
    options = _parser().parse_args(argv)
    started = time.perf_counter()
    understanding = Understanding.load()
    load_s = time.perf_counter() - started
    rows = [json.loads(line) for line in options.data.read_text("utf-8").splitlines() if line.strip()]
    judged = [_judge(understanding, row) for row in rows]
    result = {"figures": {**_figures(judged), "load_s": round(load_s, 2)}, "tables": _tables(judged)}
    if options.real:
        result["figures"] |= _real(understanding, json.loads(options.real.read_text("utf-8")))
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.understanding", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="JSON lines with id, text, intent, risk, tags")
    parser.add_argument(
        "--real", type=Path, help="a PsySUICIDE file: F1 of any suicide or self-harm label on its real rows"
    )
    return parser


def _judge(understanding: Understanding, row: dict[str, Any]) -> Judged:
    best = float("inf")
    for _ in range(REPEATS):
        started = time.perf_counter()
        judgement = understanding.judge(row["text"])
        best = min(best, time.perf_counter() - started)
    return Judged(row, judgement, best * 1000)


def _figures(judged: list[Judged]) -> dict[str, float | None]:
    grave = [one for one in judged if one.row["risk"] in GRAVE]
    imminent = [one for one in judged if one.row["risk"] == "imminent"]
    calm = [one for one in judged if one.row["risk"] == "none"]
    hard = [one for one in calm if HARD & set(one.row["tags"])]
    times = sorted(one.milliseconds for one in judged)
    return {
        "messages": len(judged),
        "recall_high": _share(grave, lambda one: one.alarmed),
        "recall_imminent": _share(imminent, lambda one: one.judgement.risk == "imminent"),
        "recall_imminent_as_grave": _share(imminent, lambda one: one.alarmed),
        "false_alarm_none": _share(calm, lambda one: one.alarmed),
        "false_alarm_hard": _share(hard, lambda one: one.alarmed),
        "intent_accuracy": _share(judged, lambda one: one.judgement.intent == one.row["intent"]),
        "p50_ms": round(statistics.median(times), 3),
        "p99_ms": round(times[int(len(times) * 0.99)], 3),
    }


def _tables(judged: list[Judged]) -> dict[str, Any]:
    return {
        "folds": {name: _figures(fold) for name, fold in _by(judged, lambda one: [_fold(one.row["id"])]).items()},
        "intent": _classes(judged, "intent", INTENTS),
        "risk": _classes(judged, "risk", RISKS),
        "recall_high_by_tag": _by_tag(judged),
        "topic_accuracy": _share(
            [one for one in judged if one.row["topic"] and one.judgement.topic],
            lambda one: one.row["topic"] == one.judgement.topic,
        ),
        "third_party_recall": _share(
            [one for one in judged if "third_party" in one.row["tags"]], lambda one: one.judgement.third_party
        ),
    }


def _fold(name: str) -> str:
    return "odd" if int(name.lstrip("d")) % 2 else "even"


def _classes(judged: list[Judged], field: str, names: Iterable[str]) -> dict[str, dict[str, float | None]]:
    pairs = Counter((one.row[field], getattr(one.judgement, field)) for one in judged)
    table = {}
    for name in names:
        actual = sum(n for (wanted, _), n in pairs.items() if wanted == name)
        said = sum(n for (_, got), n in pairs.items() if got == name)
        hits = pairs[name, name]
        table[name] = {
            "count": actual,
            "recall": round(hits / actual, 3) if actual else None,
            "precision": round(hits / said, 3) if said else None,
        }
    return table


def _by_tag(judged: list[Judged]) -> dict[str, dict[str, float | None]]:
    grave = [one for one in judged if one.row["risk"] in GRAVE]
    groups = _by(grave, lambda one: one.row["tags"] or ["plain"])
    return {
        tag: {"count": len(ones), "recall": _share(ones, lambda one: one.alarmed)}
        for tag, ones in sorted(groups.items())
    }


def _by(judged: list[Judged], keys: Callable[[Judged], list[str]]) -> dict[str, list[Judged]]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        for key in keys(one):
            groups[key].append(one)
    return groups


def _share(ones: list[Judged], holds: Callable[[Judged], bool]) -> float | None:
    return round(sum(map(holds, ones)) / len(ones), 4) if ones else None


def _real(understanding: Understanding, rows: list[dict[str, Any]]) -> dict[str, float]:
    counts: Counter[tuple[bool, bool]] = Counter()
    for row in rows:
        if row["data_source"] != "synthetic":
            wanted = any("自杀" in label or "自伤" in label for label in row["labels"] if not label.startswith("与"))
            counts[wanted, understanding.judge(row["text"]).risk in GRAVE] += 1
    hits, missed, false = counts[True, True], counts[True, False], counts[False, True]
    return {
        "real_f1": round(2 * hits / (2 * hits + missed + false), 3),
        "real_recall": round(hits / (hits + missed), 3),
        "real_precision": round(hits / (hits + false), 3),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

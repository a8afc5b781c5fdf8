"""Measure crisis screening and intents (理解) on labelled messages that neither rules nor model have seen.

The headline figures come from `--data`, messages by an author who saw neither (bench/data/heldout.jsonl). What the
model was trained on, `--dev` and `--real`, is judged by models that are fitted anew without it, fold by fold; that
needs the development packages and takes some minutes. The rules were written with those two in view.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.lexicon import GRAVE, INTENTS, RISKS
from core.understanding import Judgement, Understanding
from core.understanding.model import ARTEFACT
from core.understanding.normalise import normalise

HELD_OUT = Path(__file__).parent / "data" / "heldout.jsonl"
HARD = {"keyword_trap", "hyperbole", "game", "lyric", "news", "negation"}
RESAMPLES, BOUNDS = 1000, (0.025, 0.975)


@dataclass(frozen=True)
class Judged:
    """A labelled message and what was said of it."""

    risk: str
    intent: str
    tags: frozenset[str]
    said_risk: str
    said_intent: str

    @property
    def is_grave(self) -> bool:
        return self.risk in GRAVE

    @property
    def alarmed(self) -> bool:
        return self.said_risk in GRAVE


def main(argv: Sequence[str]) -> int:
    """Print the figures as JSON."""
    options = _parser().parse_args(argv)
    begun = time.perf_counter()
    understanding = Understanding.load()
    load_s = time.perf_counter() - begun
    rows = rows_of(options.data)
    judged = [_judged(row, understanding.judge(row["text"])) for row in rows]
    figures = _figures(judged) | _speed(understanding, [row["text"] for row in rows])
    figures |= {"artefact_mb": round(ARTEFACT.stat().st_size / 1e6, 3), "load_s": round(load_s, 2)}
    tables: dict[str, Any] = {options.data.stem: _tables(judged)}
    if options.dev or options.real:
        from bench.understanding_folds import unseen  # needs the development packages

        dev, real = unseen(options.dev, options.real)
        if dev:
            tables["dev_by_folds"] = _figures(dev) | _tables(dev)
        if real:
            figures |= real
    print(json.dumps({"figures": figures, "tables": tables}, ensure_ascii=False, indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench understanding", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=HELD_OUT, help="JSON lines: text, intent, risk, tags (%(default)s)"
    )
    parser.add_argument("--dev", type=Path, help="the messages that the model was trained on besides our examples")
    parser.add_argument("--real", type=Path, help="PsySUICIDE's valid.json: F1 of any label of suicide or self-harm")
    return parser


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The labelled messages of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _judged(row: dict[str, Any], judgement: Judgement) -> Judged:
    return Judged(row["risk"], row["intent"], frozenset(row["tags"]), judgement.risk, judgement.intent)


def _figures(judged: list[Judged]) -> dict[str, Any]:
    calm = [one for one in judged if one.risk == "none"]
    imminent = [one for one in judged if one.risk == "imminent"]
    shares: dict[str, tuple[list[Judged], Callable[[Judged], bool]]] = {
        "recall_high": ([one for one in judged if one.is_grave], lambda one: one.alarmed),
        "recall_imminent": (imminent, lambda one: one.said_risk == "imminent"),
        "recall_imminent_as_grave": (imminent, lambda one: one.alarmed),
        "false_alarm_none": (calm, lambda one: one.alarmed),
        "false_alarm_hard": ([one for one in calm if one.tags & HARD], lambda one: one.alarmed),
        "concern_for_none": (calm, lambda one: one.said_risk == "concern"),
        "intent_accuracy": (judged, lambda one: one.said_intent == one.intent),
    }
    found: dict[str, Any] = {"messages": len(judged)}
    for name, (ones, holds) in shares.items():
        hits = [holds(one) for one in ones]
        found[name] = _share(hits)
        found[f"{name}_95"] = _bounds(hits, _share)
    return found


def _tables(judged: list[Judged]) -> dict[str, Any]:
    return {
        "risk": {name: _class(judged, name, "risk") for name in RISKS},
        "intent": {name: _class(judged, name, "intent") for name in INTENTS},
        "confusion_risk": _confusion(judged),
        "by_tag": _by_tag(judged),
    }


def _class(judged: list[Judged], name: str, field: str) -> dict[str, Any]:
    pairs = [(getattr(one, field) == name, getattr(one, f"said_{field}") == name) for one in judged]
    found: dict[str, Any] = {"count": sum(wanted for wanted, _ in pairs)}
    for what, measure in (("precision", _precision), ("recall", _recall), ("f1", _f1)):
        found[what], found[f"{what}_95"] = measure(pairs), _bounds(pairs, measure)
    return found


def _confusion(judged: list[Judged]) -> dict[str, dict[str, int]]:
    return {
        wanted: {said: sum(one.risk == wanted and one.said_risk == said for one in judged) for said in RISKS}
        for wanted in RISKS
    }


def _by_tag(judged: list[Judged]) -> dict[str, Any]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        for tag in one.tags or ("plain",):
            groups[tag].append(one)
    return {
        tag: {
            "count": len(ones),
            "recall_high": _share([one.alarmed for one in ones if one.is_grave]),
            "false_alarm_none": _share([one.alarmed for one in ones if one.risk == "none"]),
            "intent_accuracy": _share([one.said_intent == one.intent for one in ones]),
        }
        for tag, ones in sorted(groups.items())
    }


def _share(holds: Iterable[bool]) -> float | None:
    ones = list(holds)
    return round(sum(ones) / len(ones), 4) if ones else None


def _recall(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    return _share([said for wanted, said in pairs if wanted])


def _precision(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    return _share([wanted for wanted, said in pairs if said])


def _f1(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    hits = sum(wanted and said for wanted, said in pairs)
    either = sum(wanted for wanted, _ in pairs) + sum(said for _, said in pairs)
    return round(2 * hits / either, 4) if either else None


def _bounds(ones: Sequence[Any], measure: Callable[[Sequence[Any]], float | None]) -> list[float] | None:
    """95 % bounds by bootstrap: the same measure on rows drawn again and again."""
    if not ones:
        return None
    draw = random.Random(20261125)
    found = sorted(value for _ in range(RESAMPLES) if (value := measure(draw.choices(ones, k=len(ones)))) is not None)
    return [found[int(at * (len(found) - 1))] for at in BOUNDS] if found else None


def _speed(understanding: Understanding, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds for a message that was never seen before, with nothing kept of the others."""
    times = []
    for text in texts:
        normalise.cache_clear()
        begun = time.perf_counter()
        understanding.afresh(text)
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return {"p50_ms": round(statistics.median(times), 3), "p99_ms": round(times[int(len(times) * 0.99)], 3)}

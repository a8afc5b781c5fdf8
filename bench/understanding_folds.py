"""Rows that the model was trained on, judged by models that were not: fitted anew for each fold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.understanding import Judged
from content.lexicon import GRAVE, INTENTS, RISKS
from core.understanding import Understanding, weighing
from scripts.training import card, corpus, fitting

MADE_UP = "synthetic"


def unseen(dev: Path | None, real: Path | None) -> tuple[list[Judged], dict[str, Any]]:
    """The dev rows as judged without them, and figures of PsySUICIDE's real rows likewise."""
    rules = Understanding.load(with_model=False)
    rows = corpus.ours(rules) + corpus.keywords(rules)
    rows += corpus.labelled(rules, dev) if dev else []
    rows += corpus.real(rules, real) if real else []
    shares = fitting.unseen(rows)
    blend = fitting.fit_blend(rows, fitting.logarithms(shares[:, len(RISKS) :]))
    said = [
        (
            row,
            weighing.weigh(row.judged.risk, card.reading_of(share), len(row.judged.normal.text)),
            fitting.blended(row, share, blend),
        )
        for row, share in zip(rows, shares, strict=True)
    ]
    judged = [
        Judged(RISKS[row.risk], INTENTS[row.intent], row.tags, risk, "counseling" if risk != "none" else intent)
        for row, risk, intent in said
        if row.source == corpus.LABELLED
    ]
    return judged, _real(said) if real else {}


def _real(said: list[tuple[corpus.Row, str, str]]) -> dict[str, Any]:
    pairs = [
        (RISKS[row.risk] in GRAVE, risk in GRAVE, row.judged.risk in GRAVE)
        for row, risk, _ in said
        if row.source == corpus.REAL and MADE_UP not in row.tags
    ]
    return {
        "real_f1": _f1([(wanted, ours) for wanted, ours, _ in pairs]),
        "real_f1_rules_in_sample": _f1([(wanted, rules) for wanted, _, rules in pairs]),
        "real_messages": len(pairs),
    }


def _f1(pairs: list[tuple[bool, bool]]) -> float:
    hits = sum(wanted and said for wanted, said in pairs)
    return round(2 * hits / (sum(wanted for wanted, _ in pairs) + sum(said for _, said in pairs)), 3)

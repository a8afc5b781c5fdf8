"""The model card (模型卡): what it was trained on, when, what it reaches on messages it had not seen, where it ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from content.lexicon import GRAVE, RISKS
from core.understanding import weighing
from core.understanding.model import Reading
from scripts.training.corpus import KEYWORDS, LABELLED, OURS, REAL, Row

CARD = Path(__file__).parents[2] / "content" / "model" / "CARD.md"

HEAD = """# Model card: understanding.bin

A log-linear model over grams of characters (one to four), words and pairs of words. It gives shares to
the four risks and the nine intents; `core/understanding/weighing.py` weighs them with the reviewed rules.
Written by `python -m scripts.training`, not by hand.

- Trained on {day}, {grams} grams, {size:.2f} MB, one byte a weight. No row is stored; a gram is kept only
  when {least} rows hold it.
- Corpus of this project (`content/examples`): SHA-256
  `{digest}`.
- Rows: {rows}.

## Figures on rows that were not trained on

{folds} folds; rows written one after the other stay in one fold. Rules and model together, as the account
judges. The rules were written with the dev rows and PsySUICIDE in view, so on those two only “model alone”
is unseen. Bounds are 95 % (Wilson).

| rows | grave (high, imminent) found | imminent found as grave | false alarms on harmless | harmless called concern |
|---|---|---|---|---|
"""
TAIL = """
`content/examples` is harder than life on purpose: families of messages with the same words and different
meanings. Messages by an author who saw neither rules nor corpus: `python -m bench understanding`, whose
figures stand in docs/performance.md.

## What it is for, and what not

It helps a youth account to notice a message that a counselor should read. It diagnoses nobody and decides
over nobody: whatever it raises is answered with help lines and read by a person, and an alarm of the rules
that it takes back stays a concern.

## Limits

- All rows but PsySUICIDE's are synthetic, written by language models in the voices of 10- to 30-year-olds,
  parents and teachers; no clinician has reviewed them.
- It sees words near each other, not a story: long calm letters with hard words in them are its commonest
  false alarm, quiet goodbyes in words that nobody wrote before its commonest miss.
- Dialects other than Henan's, other languages and voice messages without recognition are not covered.
- The share of crises in the rows is far from that in service: precision here says nothing about the alarm
  rate there.
- Trained partly on PsySUICIDE (PsyGUARD, EMNLP 2024, MIT licence).
"""


def write(rows: Sequence[Row], shares: np.ndarray, facts: dict[str, object], path: Path = CARD) -> None:
    """Put it beside the artefact; `shares` (rows, classes) are those of models that had not seen the row."""
    counts = ", ".join(f"{name} {sum(row.source == name for row in rows)}" for name in (OURS, LABELLED, REAL, KEYWORDS))
    head = HEAD.format(day=datetime.now(UTC).date().isoformat(), rows=counts, **facts)
    lines = [_line(f"{name}, {how}", rows, shares, name, alone) for name, how, alone in _LINES]
    path.write_text(head + "\n".join(line for line in lines if line) + "\n" + TAIL, "utf-8")


_LINES = (
    (OURS, "rules and model", False),
    (OURS, "model alone", True),
    (LABELLED, "rules (in sample) and model", False),
    (LABELLED, "model alone", True),
)


def _line(title: str, rows: Sequence[Row], shares: np.ndarray, source: str, alone: bool) -> str:
    found = [
        (
            RISKS[row.risk],
            weighing.weigh("none" if alone else row.judged.risk, reading_of(share), len(row.judged.normal.text)),
        )
        for row, share in zip(rows, shares, strict=True)
        if row.source == source
    ]
    if not found:
        return ""
    grave = [said in GRAVE for wanted, said in found if wanted in GRAVE]
    imminent = [said in GRAVE for wanted, said in found if wanted == "imminent"]
    alarmed = [said in GRAVE for wanted, said in found if wanted == "none"]
    worried = [said == "concern" for wanted, said in found if wanted == "none"]
    return f"| {title} | " + " | ".join(map(share_of, (grave, imminent, alarmed, worried))) + " |"


def reading_of(share: np.ndarray) -> Reading:
    """A row of shares as the model gives them."""
    return Reading(tuple(share[: len(RISKS)].tolist()), tuple(share[len(RISKS) :].tolist()))


def share_of(holds: Iterable[bool]) -> str:
    """A share with its count and bounds."""
    ones = list(holds)
    low, high = wilson(sum(ones), len(ones))
    return f"{sum(ones)}/{len(ones)} = {sum(ones) / len(ones):.3f} ({low:.3f}–{high:.3f})"


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """95 % bounds of a share."""
    share, square = hits / count, z * z / count
    middle, reach = share + square / 2, z * (share * (1 - share) / count + square / count / 4) ** 0.5
    return (middle - reach) / (1 + square), (middle + reach) / (1 + square)

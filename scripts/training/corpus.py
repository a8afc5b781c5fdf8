"""The labelled messages: our own (content/examples), and those that stay outside of the project."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from content.lexicon import INTENTS, RISKS
from content.rules import Rules
from core.understanding import Judgement, Understanding
from core.understanding.grams import grams

EXAMPLES = Path(__file__).parents[2] / "content" / "examples"
NEIGHBOURS = 5  # rows written one after the other are often a pair; they are tested, or trained on, together
OURS, LABELLED, REAL, KEYWORDS = "examples", "dev", "psysuicide", "rules"
WEIGHTS = {OURS: 1.0, LABELLED: 1.0, REAL: 2.0, KEYWORDS: 1.0}
# Corrected by hand, where rules and corpus were wrong: `bot corrections export` writes such rows too.
REVIEWED, REVIEWED_WEIGHT = "reviewed", 5.0
# What somebody wants who says the words of a keyword rule, by what its action begins with.
MEANT = {
    "study": "study", "events": "events", "venues": "venue", "aid": "aid", "human": "human", "privacy": "privacy",
    "menu": "help", "referral": "counseling", "crisis": "counseling", "talk": "other", "staff": "other",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One message with its labels as numbers; -1: not labelled so. `block` is tested as a whole, `honest` tells
    whether our rules were written without knowing it."""

    judged: Judgement
    seen: frozenset[str]
    risk: int
    intent: int
    source: str
    block: str
    tags: frozenset[str]

    @property
    def weight(self) -> float:
        """In the sum that training makes small."""
        return REVIEWED_WEIGHT if self.block.startswith(REVIEWED) else WEIGHTS[self.source]

    @property
    def is_honest(self) -> bool:
        """Whether our rules were written without knowing it."""
        return self.source == OURS


def ours(rules: Understanding, folder: Path = EXAMPLES) -> list[Row]:
    """All of content/examples."""
    return [row for path in sorted(folder.glob("*.jsonl")) for row in labelled(rules, path, OURS)]


def keywords(rules: Understanding) -> list[Row]:
    """The phrases and examples of the keyword rules (content/rules): harmless, and meant as the rule says."""
    return [
        _row(rules, {"text": said}, 0, INTENTS.index(MEANT[rule.action.partition(".")[0]]), KEYWORDS, rule.name)
        for rule in Rules.load()
        for said in sorted({*rule.phrases, *rule.examples})
    ]


def labelled(rules: Understanding, path: Path, source: str = LABELLED) -> list[Row]:
    """Messages in the format of our examples: JSON lines with text, intent, risk, tags."""
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        _row(
            rules, one, RISKS.index(one["risk"]), INTENTS.index(one["intent"]), source, f"{path.stem}{at // NEIGHBOURS}"
        )
        for at, one in enumerate(found)
    ]


def real(rules: Understanding, path: Path) -> list[Row]:
    """PsySUICIDE: it tells whether suicide or self-harm is present (here: high) or not (here: concern).

    Rows about other violence are left out: our scale calls it high, theirs has no word for it.
    """
    rows = []
    for at, one in enumerate(json.loads(path.read_text("utf-8"))):
        labels = [label for label in one["labels"] if not label.startswith("与")]
        is_grave = any("自杀" in label or "自伤" in label for label in labels)
        if is_grave or not labels:
            risk = RISKS.index("high" if is_grave else "concern")
            rows.append(_row(rules, one, risk, INTENTS.index("counseling"), REAL, f"{REAL}{at}"))
    return rows


def digest(paths: list[Path]) -> str:
    """Which rows a model was trained on: SHA-256 over the files' bytes."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _row(rules: Understanding, one: dict[str, object], risk: int, intent: int, source: str, block: str) -> Row:
    judged = rules.judge(str(one["text"]))
    seen = frozenset(grams(judged.normal))
    tags = one.get("tags") or [one.get("data_source", "")]
    return Row(judged, seen, risk, intent, source, block, frozenset(tags))  # type: ignore[call-overload]

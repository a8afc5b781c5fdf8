"""What they came for (意图): weighted phrases per intent and topic, with a confidence."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from content.lexicon import Intents

from .matcher import Match, Matcher

PRIOR = {"other": 0.6}  # what says nothing we know is small talk, not a request
SHARPNESS = 1.6
SEEN = 1.0  # what a topic gains when the screening found its cues
OPENING, CLOSING = 800, 200  # what they came for stands at the beginning or the end of a long letter


@dataclass(frozen=True)
class Guess:
    intent: str
    confidence: float
    scores: tuple[tuple[str, float], ...]
    reasons: tuple[str, ...]


class Router:
    """Scores intents by the phrases found; a statistical score may be added to `scores` before the choice."""

    def __init__(self, data: Intents) -> None:
        self._intents = Matcher(data.cues)
        self._topics = Matcher(data.topics)

    def guess(self, text: str) -> Guess:
        found = _distinct(self._intents.find(_ends(text)))
        scores = dict(PRIOR)
        for match in found:
            name = match.cue.name.partition(".")[0]
            scores[name] = scores.get(name, 0.0) + match.cue.weight
        ranked = sorted(scores.items(), key=lambda row: -row[1])
        reasons = tuple(f"{match.cue.label}：{match.words}" for match in found)
        return Guess(ranked[0][0], _confidence(scores), tuple(ranked), reasons)

    def topic(self, text: str, seen: Iterable[str] = ()) -> str:
        """The setting they name; what the screening saw (`seen`) speaks too, but does not decide alone."""
        scores: dict[str, float] = dict.fromkeys(sorted(seen), SEEN)  # sorted: a tie must end alike everywhere
        for match in _distinct(self._topics.find(_ends(text))):
            name = match.cue.topic
            scores[name] = scores.get(name, 0.0) + match.cue.weight
        return max(scores, key=lambda name: scores[name], default="")


def _ends(text: str) -> str:
    return text if len(text) <= OPENING + CLOSING else text[:OPENING] + "\n" + text[-CLOSING:]


def _distinct(found: list[Match]) -> list[Match]:
    """Each cue counts its words once, and a longer phrase stands for the shorter ones in it."""
    kept: dict[tuple[str, str], Match] = {}
    for match in found:
        if not any(other.covers(match) and not match.covers(other) for other in found):
            kept.setdefault((match.cue.name, match.words), match)
    return list(kept.values())


def _confidence(scores: dict[str, float]) -> float:
    """Softmax of the best score among all: near 1 when nothing competes."""
    powers = [math.exp(SHARPNESS * score) for score in scores.values()]
    return round(max(powers) / (sum(powers) + 1.0), 3)

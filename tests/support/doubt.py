"""An understanding that is not sure of chosen words, whatever the real one thinks of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.resources import Resources
from core.understanding import Judgement, Understanding

Scores = tuple[tuple[str, float], ...]


class Doubtful:
    """The real one, but for the words of which a test says how they score."""

    def __init__(self, real: Understanding, doubts: Mapping[str, Scores]) -> None:
        self._real, self._doubts = real, doubts

    def judge(self, text: str, earlier: Sequence[str] = ()) -> Judgement:
        judged = self._real.judge(text, earlier)
        scores = self._doubts.get(text)
        if scores is None or judged.risk != "none":
            return judged
        name, confidence = scores[0]
        return replace(judged, intent=name, confidence=confidence, scores=scores, chances=scores)


def unsure_of(resources: Resources, has_customer_service: bool = False, **doubts: Scores) -> Resources:
    """These resources, with doubts about some words: `unsure_of(resources, 周三那个=(("events", 0.4), …))`."""
    doubtful: Any = Doubtful(resources.understanding, doubts)
    return replace(resources, understanding=doubtful, has_customer_service=has_customer_service)

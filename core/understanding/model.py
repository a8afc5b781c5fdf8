"""The small statistical model (统计模型): how likely each risk and each intent is, by the grams of the text.

A log-linear model: every gram that it knows adds a weight to each class, the sum is divided by the root of their
number, and a softmax makes shares of it. It is trained by `python -m scripts.training` and read without any library.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.lexicon import INTENTS, RISKS

from .grams import grams
from .normalise import Normalised

ARTEFACT = Path(__file__).parents[2] / "content" / "model" / "understanding.bin"
FORMAT = 1
LANE = 24  # bits for one class in a packed row: room for 65,000 grams of one byte each
ZERO = 128  # a weight is stored as one byte, 128 being nothing
CLASSES = len(RISKS) + len(INTENTS)


@dataclass(frozen=True)
class Reading:
    """Shares between 0 and 1, in the order of RISKS and of INTENTS; each adds up to 1."""

    risks: tuple[float, ...]
    intents: tuple[float, ...]

    @property
    def grave(self) -> float:
        """That it is high or imminent."""
        return self.risks[2] + self.risks[3]

    @property
    def imminent(self) -> float:
        """That it is imminent."""
        return self.risks[3]


class Model:
    """Weights by gram. All classes of a gram lie side by side in one whole number, so that one sum adds them all."""

    def __init__(self, header: dict[str, Any], names: Sequence[str], weights: bytes) -> None:
        if header["format"] != FORMAT or len(weights) != len(names) * CLASSES:
            raise ValueError(f"{ARTEFACT.name} is no model of this version; train it anew: python -m scripts.training")
        self.header = header
        self._scales, self._biases = header["scales"], header["biases"]
        self._blend = header["intent_blend"]
        rows = (weights[at : at + CLASSES] for at in range(0, len(weights), CLASSES))
        self._rows = dict(zip(names, map(_packed, rows), strict=True))

    @classmethod
    def load(cls, path: Path = ARTEFACT) -> Model:
        """Read the artefact. Raises FileNotFoundError, ValueError when it is of another version."""
        return cls(*unpack(path.read_bytes()))

    def read(self, normal: Normalised) -> Reading:
        """The shares of this text, for itself alone."""
        found = [self._rows[gram] for gram in grams(normal) & self._rows.keys()]
        total, length = sum(found), math.sqrt(len(found) or 1)
        lanes = (total >> (LANE * at) & ((1 << LANE) - 1) for at in range(CLASSES))
        zero = ZERO * len(found)
        sums = [
            bias + (lane - zero) * scale / length
            for lane, scale, bias in zip(lanes, self._scales, self._biases, strict=True)
        ]
        return Reading(_shares(sums[: len(RISKS)]), _shares(sums[len(RISKS) :]))

    def blend(self, reading: Reading, scores: Sequence[float]) -> tuple[float, ...]:
        """Intents by the reading and by the phrases found (`scores`, in the order of INTENTS); calibrated shares."""
        seen = [*(max(math.log(share + 1e-9), FLOOR) for share in reading.intents), *(min(one, MOST) for one in scores)]
        sums = [
            bias + sum(weight * value for weight, value in zip(row, seen, strict=True)) for *row, bias in self._blend
        ]
        return _shares(sums)


FLOOR, MOST = -8.0, 6.0  # what the blend was trained with


def pack(header: dict[str, Any], names: Sequence[str], weights: bytes) -> bytes:
    """The artefact's bytes: a line of JSON, the grams a line each, an empty line, the weights; compressed."""
    text = "\n".join([json.dumps(header | {"format": FORMAT}, sort_keys=True, ensure_ascii=False), *names, "", ""])
    return zlib.compress(text.encode() + weights, 9)


def unpack(data: bytes) -> tuple[dict[str, Any], list[str], bytes]:
    """Header, grams and weights."""
    text, _, weights = zlib.decompress(data).partition(b"\n\n")
    first, *names = text.decode().split("\n")
    return json.loads(first), names, weights


def _packed(row: bytes) -> int:
    return sum(weight << (LANE * at) for at, weight in enumerate(row))


def _shares(sums: Sequence[float]) -> tuple[float, ...]:
    highest = max(sums)
    powers = [math.exp(one - highest) for one in sums]
    whole = sum(powers)
    return tuple(power / whole for power in powers)

"""Fit: two log-linear models over the same grams, and a blend of the one for intents with the phrases of the rules."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from content.lexicon import INTENTS, RISKS
from core.understanding.model import CLASSES, FLOOR, MOST, ZERO, Model, pack, unpack
from scripts.training.corpus import Row

FOLDS = 4
SEEN_AT_LEAST = 3  # rows that hold a gram; what fewer hold could be read out of the artefact as somebody's sentence
MOST_GRAMS = 40_000
STRENGTH = 30.0  # C of the logistic regression: the smaller, the smoother


@dataclass(frozen=True)
class Fitted:
    """What one fit found: grams, weights (grams, CLASSES), biases (CLASSES)."""

    names: list[str]
    weights: np.ndarray
    biases: np.ndarray


def fit(rows: Sequence[Row]) -> Fitted:
    """Both models on these rows; of the grams those that say the most."""
    counts = Counter(gram for row in rows for gram in row.seen)
    names = sorted(gram for gram, count in counts.items() if count >= SEEN_AT_LEAST)
    risks, intents = _two(rows, names)
    weights = np.vstack([risks.coef_, intents.coef_]).T
    best = np.sort(np.argsort(-np.abs(weights).max(axis=1), kind="stable")[:MOST_GRAMS])
    biases = np.concatenate([risks.intercept_, intents.intercept_])
    return Fitted([names[at] for at in best], weights[best], biases)


def _two(rows: Sequence[Row], names: Sequence[str]) -> tuple[LogisticRegression, LogisticRegression]:
    table, weights = matrix(rows, names), [row.weight for row in rows]
    return tuple(
        LogisticRegression(C=STRENGTH, max_iter=100, tol=1e-3).fit(table, labels, sample_weight=weights)
        for labels in ([row.risk for row in rows], [row.intent for row in rows])
    )


def matrix(rows: Iterable[Row], names: Sequence[str]) -> csr_matrix:
    """(rows, grams): one over the root of how many known grams the row holds."""
    number = {name: at for at, name in enumerate(names)}
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in rows:
        known = sorted(number[gram] for gram in row.seen if gram in number)
        columns += known
        data += [1 / math.sqrt(len(known) or 1)] * len(known)
        ends.append(len(columns))
    return csr_matrix((data, columns, ends), shape=(len(ends) - 1, len(names)))


def fit_blend(rows: Sequence[Row], readings: np.ndarray) -> list[list[float]]:
    """Weights (9, 19) that make an intent of what the model read, (rows, 9) logarithms, and of the rules' scores."""
    chosen = [at for at, row in enumerate(rows) if row.is_honest]
    seen = np.hstack([readings[chosen], np.array([scores(rows[at]) for at in chosen])])
    found = LogisticRegression(C=1.0, max_iter=2000).fit(seen, [rows[at].intent for at in chosen])
    return np.hstack([found.coef_, found.intercept_[:, None]]).round(4).tolist()


def blended(row: Row, share: np.ndarray, blend: list[list[float]]) -> str:
    """The likeliest intent, of one row's shares (CLASSES,)."""
    seen = np.concatenate([logarithms(share[len(RISKS) :]), scores(row), [1.0]])
    return INTENTS[int(np.argmax(np.array(blend) @ seen))]


def scores(row: Row) -> list[float]:
    """The rules' scores in the order of INTENTS."""
    found = dict(row.judged.scores)
    return [min(found.get(name, 0.0), MOST) for name in INTENTS]


def model_of(fitted: Fitted, blend: list[list[float]], header: dict[str, object]) -> tuple[Model, bytes]:
    """The model as it will be read: weights in one byte each."""
    scales = np.abs(fitted.weights).max(axis=0) / (ZERO - 1)
    stored = (np.rint(fitted.weights / scales) + ZERO).astype(np.uint8)
    about = {"scales": scales.tolist(), "biases": fitted.biases.tolist(), "intent_blend": blend}
    data = pack(header | about, fitted.names, stored.tobytes())
    return Model(*unpack(data)), data


def unseen(rows: Sequence[Row]) -> np.ndarray:
    """(rows, CLASSES) shares of each row by a model that was fitted without its block."""
    fold = np.array([_fold(row.block) for row in rows])
    found = np.zeros((len(rows), CLASSES))
    for one in range(FOLDS):
        inside = [row for row, at in zip(rows, fold, strict=True) if at != one]
        outside = np.flatnonzero(fold == one)
        fitted = fit(inside)
        sums = matrix([rows[at] for at in outside], fitted.names) @ fitted.weights + fitted.biases
        cut = len(RISKS)
        found[outside] = np.hstack([_softmax(sums[:, :cut]), _softmax(sums[:, cut:])])
    return found


def logarithms(shares: np.ndarray) -> np.ndarray:
    """As the blend takes them."""
    return np.maximum(np.log(shares + 1e-9), FLOOR)


def _fold(block: str) -> int:
    return zlib.crc32(block.encode()) % FOLDS  # the same in every run, which hash() is not


def _softmax(sums: np.ndarray) -> np.ndarray:
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)

"""Names with slips in them (写错的名字): which of some titles is meant by “露天观心夜” or “敬佬志愿服务”.

A local alignment of the words with each title: equal characters count most, characters that sound alike somewhat less,
others and gaps cost. Words that are said of everything count little, so that they alone name nothing.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from . import syllables
from .normalise import normalise

SAME, ALIKE, OTHER, GAP, MUCH = 1.0, 0.7, -0.6, -0.5, 0.3
# At least three characters, one of them misheard; of these two that tell something.
ENOUGH, TELLING = 2.4, 1.7
# Titles that are nearly as near as the nearest are meant as well.
NEARLY = 0.35
LONGEST = 40
_MARKS = re.compile(r"[^\w]+")


def likest(text: str, titles: Sequence[str], common: Iterable[str] = (), whole: bool = False) -> list[int]:
    """The titles that the words come near to, nearest first, none when none is near enough.

    Words of `common` are in every title or message. With `whole` the title must be nearly all that is said.
    """
    plain = _MARKS.sub("", normalise(text).text)[:LONGEST]
    weights = _weights(plain, tuple(common))
    if sum(weights) < TELLING:
        return []
    heard = sounds(plain)
    scores = [_likeness(plain, heard, weights, title) for title in titles]
    needed = max(ENOUGH, 0.7 * sum(weights)) if whole else ENOUGH
    best = max(scores, default=0.0)
    near = [index for index, score in enumerate(scores) if score >= max(needed, best - NEARLY)]
    return sorted(near, key=lambda index: -scores[index])


def _likeness(text: str, heard: tuple[str, ...], weights: list[float], title: str) -> float:
    """The best alignment of a piece of the text with a piece of the title."""
    name, names_sounds, shared = _prepared(title)
    # Whatever the alignment, it cannot reach more than this; for most titles that settles it.
    most = sum(
        weight * (SAME if char in name else ALIKE)
        for char, sound, weight in zip(text, heard, weights, strict=True)
        if sound in shared
    )
    if most < ENOUGH:
        return 0.0
    best, before = 0.0, [(0.0, 0.0)] * (len(name) + 1)
    for char, sound, weight in zip(text, heard, weights, strict=True):
        row = [(0.0, 0.0)]
        for at, (other, other_sound) in enumerate(zip(name, names_sounds, strict=True), 1):
            points = SAME if char == other else ALIKE if sound == other_sound else OTHER
            gain = points * weight if points > 0 else points
            telling = gain if points > 0 and weight == 1.0 else 0.0
            step = max(
                (before[at - 1][0] + gain, before[at - 1][1] + telling),
                (before[at][0] + GAP, before[at][1]),
                (row[at - 1][0] + GAP, row[at - 1][1]),
                (0.0, 0.0),
            )
            row.append(step)
            if step[1] >= TELLING:
                best = max(best, step[0])
        before = row
    return best


def _weights(text: str, common: tuple[str, ...]) -> list[float]:
    weights = [1.0] * len(text)
    if pattern := _any_of(common):
        for hit in pattern.finditer(text):
            weights[hit.start() : hit.end()] = [MUCH] * (hit.end() - hit.start())
    return weights


@lru_cache(64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True)))) if words else None


@lru_cache(1024)
def _prepared(title: str) -> tuple[str, tuple[str, ...], frozenset[str]]:
    plain = _MARKS.sub("", normalise(title).text)
    heard = sounds(plain)
    return plain, heard, frozenset(heard)


def sounds(text: str) -> tuple[str, ...]:
    """One toneless syllable a character, as many speakers hear it; what is no character stays."""
    syllable = _syllables()
    return tuple(syllable.get(char, char) for char in text)


@cache
def _syllables() -> dict[str, str]:
    return {char: syllables.fuzzy(sound) for char, sound in syllables.of_characters().items()}

"""What the statistical model sees of a text: its characters in ones to fours, its words, and words that follow."""

from collections.abc import Iterator
from itertools import pairwise

from .normalise import Normalised

LONGEST_GRAM = 4
BEGIN, END = "^", "$"
_BLANKS = dict.fromkeys(map(ord, " \n"), "_")


def grams(normal: Normalised) -> set[str]:
    """Every feature of a normalised text once. A space marks words: no gram of characters holds one."""
    found = set(_characters(normal.text))
    tokens = [token for token in normal.tokens if not token.isspace()]
    found.update(" " + token for token in tokens)
    found.update(f" {one} {other}" for one, other in pairwise(tokens))
    return found


def _characters(text: str) -> Iterator[str]:
    framed = BEGIN + text.translate(_BLANKS) + END
    for length in range(1, LONGEST_GRAM + 1):
        for start in range(len(framed) - length + 1):
            yield framed[start : start + length]

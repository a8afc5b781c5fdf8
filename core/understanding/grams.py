"""What the statistical model sees of a text: its characters in ones to fours, its words, and words that follow."""

from itertools import pairwise

from .normalise import Normalised

LONGEST_GRAM = 4
BEGIN, END = "^", "$"
_BLANKS = dict.fromkeys(map(ord, " \n"), "_")


def grams(normal: Normalised) -> set[str]:
    """Every feature of a normalised text once. A space marks words: no gram of characters holds one."""
    framed = BEGIN + normal.text.translate(_BLANKS) + END
    found = set(framed)
    for length in range(2, LONGEST_GRAM + 1):
        found.update(map("".join, zip(*(framed[start:] for start in range(length)), strict=False)))
    tokens = [token for token in normal.tokens if not token.isspace()]
    found.update(map(" ".__add__, tokens))
    found.update(f" {one} {other}" for one, other in pairwise(tokens))
    return found

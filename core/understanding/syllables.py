"""Which syllable (拼音) a character is said as; from tables made beforehand (content/dictionary/build.py)."""

from collections.abc import Iterator
from functools import cache

from content.dictionary.build import CHARACTERS, VOCABULARY

_FUZZY_HEADS = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@cache
def of_characters() -> dict[str, str]:
    """The commonest toneless reading of each common Han character."""
    lines = (line.split(" ") for line in CHARACTERS.read_text("utf-8").splitlines())
    return {char: sound for sound, chars in lines for char in chars}


def vocabulary() -> Iterator[tuple[str, float, tuple[str, ...]]]:
    """Common words: the word, the logarithm of its likelihood, its syllables in its own context (银行: yin hang)."""
    for line in VOCABULARY.read_text("utf-8").splitlines():
        word, likelihood, sounds = line.split("\t")
        yield word, float(likelihood), tuple(sounds.split(" "))


def fuzzy(syllable: str) -> str:
    """What speech recognition and many speakers hear alike: zh/z, ch/c, sh/s, in/ing, en/eng."""
    for long, short in _FUZZY_HEADS:
        if syllable.startswith(long):
            syllable = short + syllable[2:]
    return syllable[:-1] if syllable.endswith(("ing", "eng")) else syllable

"""Which syllable (拼音) a character is said as; tables made at boot from pypinyin."""

from functools import cache

from pypinyin import lazy_pinyin

FIRST, LAST = 0x4E00, 0x9FA5
_FUZZY_HEADS = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@cache
def of_characters() -> dict[str, str]:
    """The commonest toneless reading of each common Han character."""
    chars = [chr(code) for code in range(FIRST, LAST + 1)]
    return {char: of_word(char)[0] for char in chars}


def of_word(word: str) -> tuple[str, ...]:
    """Readings in the word’s own context: 银行 is yin hang."""
    return tuple(lazy_pinyin(word, v_to_u=False))


def fuzzy(syllable: str) -> str:
    """What speech recognition and many speakers hear alike: zh/z, ch/c, sh/s, in/ing, en/eng."""
    for long, short in _FUZZY_HEADS:
        if syllable.startswith(long):
            syllable = short + syllable[2:]
    return syllable[:-1] if syllable.endswith(("ing", "eng")) else syllable

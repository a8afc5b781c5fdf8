"""Make the tables of sounds (拼音) from pypinyin and jieba: `python -m content.dictionary.build` after either changed.

They are made beforehand because making them costs a second and 60 MB in each process that starts.
"""

import heapq
import math
from collections import defaultdict
from pathlib import Path

from content import words

FOLDER = Path(__file__).parent
CHARACTERS, VOCABULARY = FOLDER / "sounds.txt", FOLDER / "vocabulary.txt"
FIRST, LAST = 0x4E00, 0x9FA5
MOST_WORDS, LONGEST_WORD, SELDOM = 14_000, 5, 50
USER_FREQUENCY = 20_000


def characters() -> str:
    """One line a syllable: the syllable, and the characters whose commonest toneless reading it is."""
    by_sound = defaultdict(list)
    for code in range(FIRST, LAST + 1):
        by_sound[_sounds(chr(code))[0]].append(chr(code))
    return "".join(f"{sound} {''.join(chars)}\n" for sound, chars in sorted(by_sound.items()))


def vocabulary() -> str:
    """One line a word: the word, the logarithm of its likelihood, its syllables in context (银行: yin hang)."""
    seen, short = 0, []
    for word, count in words.frequencies():
        seen += count
        if count > SELDOM and len(word) <= LONGEST_WORD:
            short.append((count, word))
    counts = {word: count for count, word in heapq.nlargest(MOST_WORDS, short) if _is_han(word)}
    own = [word for word, _ in words.user_words() if len(word) <= LONGEST_WORD]
    counts |= {word: max(USER_FREQUENCY, counts.get(word, 0)) for word in own}
    total = math.log(seen)
    return "".join(f"{word}\t{math.log(n) - total:.4f}\t{' '.join(_sounds(word))}\n" for word, n in counts.items())


def _is_han(word: str) -> bool:
    return all(FIRST <= ord(char) <= LAST for char in word)


def _sounds(word: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(word, v_to_u=False))


if __name__ == "__main__":
    CHARACTERS.write_text(characters(), "utf-8")
    VOCABULARY.write_text(vocabulary(), "utf-8")

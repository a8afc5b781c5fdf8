"""The one word cutter (分词) that search and understanding share: jieba with our user dictionary."""

import unicodedata
import warnings
from functools import cache
from pathlib import Path

USER_DICTIONARY = Path(__file__).parent / "dictionary" / "userdict.txt"

with warnings.catch_warnings():
    # jieba 0.42 holds invalid escapes; without compiled files its import would warn on every start.
    warnings.simplefilter("ignore")
    import jieba


@cache
def cutter() -> jieba.Tokenizer:
    """A jieba Tokenizer with the user dictionary; it writes no cache file, so a read-only home is fine."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word, frequency in user_words():
        tokenizer.add_word(word, frequency)
    tokenizer.lcut("青春家园")  # the first cut compiles what later cuts reuse
    return tokenizer


@cache
def user_words() -> tuple[tuple[str, int], ...]:
    """Words of userdict.txt with their frequency; `#` starts a comment."""
    lines = (line.partition("#")[0].split() for line in USER_DICTIONARY.read_text("utf-8").splitlines())
    return tuple((parts[0], int(parts[1]) if len(parts) > 1 else 1000) for parts in lines if parts)


def cut(text: str) -> list[str]:
    """Words worth searching for: short forms too (“志愿服务” gives 志愿, 服务, 志愿服务); no marks, no blanks."""
    return [word for word in cutter().lcut_for_search(text) if any(_is_letter(char) for char in word)]


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"

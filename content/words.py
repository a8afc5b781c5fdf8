"""The one word cutter (分词) that search and understanding share: jieba's words, with our user dictionary."""

import unicodedata
import warnings
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast

USER_DICTIONARY = Path(__file__).parent / "dictionary" / "userdict.txt"
# Words that are in everything and tell nothing.
FILLERS = frozenset({
    "一个", "一下", "一点", "一起", "一直", "第一", "第一次", "什么", "怎么", "这个", "那个", "这样", "那样", "这么",
    "那么", "我们", "你们", "他们", "自己", "别人", "人家", "现在", "今天", "今晚", "昨天", "昨晚", "明天", "刚才",
    "时候", "以后", "以前", "已经", "还是", "就是", "不是", "没有", "可以", "能不能", "是不是", "有没有", "知道",
    "怎么样", "咋样", "怎么弄", "咋弄", "怎么办",
    "觉得", "看看", "看到", "回复", "东西", "事情", "真的", "但是", "因为", "所以", "如果",
})  # fmt: skip


class Cutter(Protocol):
    """Cuts text into words."""

    def cut(self, text: str) -> list[str]:
        """Every character once."""
        ...

    def cut_for_search(self, text: str) -> list[str]:
        """Short words inside long ones too."""
        ...

    def has_word(self, word: str) -> bool:
        """Whether the dictionary holds it."""
        ...


@cache
def cutter() -> Cutter:
    """rjieba, the same words in a twentieth of the time; jieba itself where there is no build of it."""
    try:
        return _fast()
    except ImportError:
        return Plain()


def _fast() -> Cutter:
    import rjieba

    # The module's own dictionary: another one would take 25 MB more.
    for word, frequency in user_words():
        rjieba.add_word(word, frequency, "n")
    return cast(Cutter, rjieba)


class Plain:
    """jieba; it writes no cache file, so a read-only home is fine."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # jieba 0.42 holds invalid escapes; without compiled files its import would warn on every start.
            warnings.simplefilter("ignore")
            import jieba
        tokenizer = jieba.Tokenizer()
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
        for word, frequency in user_words():
            tokenizer.add_word(word, frequency)
        tokenizer.lcut("青春家园")  # the first cut compiles what later cuts reuse
        self._tokenizer = tokenizer
        self.cut, self.cut_for_search = tokenizer.lcut, tokenizer.lcut_for_search

    def has_word(self, word: str) -> bool:
        return bool(self._tokenizer.FREQ.get(word))


def frequencies() -> Iterator[tuple[str, int]]:
    """Every word of jieba's dictionary with how often it was seen; read anew each time, for it is large."""
    return ((word, count) for word, count, _ in _dictionary())


@cache
def names() -> frozenset[str]:
    """The words of jieba's dictionary that are people's names; our own words are none."""
    ours = {word for word, _ in user_words()}
    return frozenset(word for word, _, kind in _dictionary() if kind.startswith("nr") and word not in ours)


def _dictionary() -> Iterator[tuple[str, int, str]]:
    spec = find_spec("jieba")
    assert spec is not None
    assert spec.origin is not None
    with (Path(spec.origin).parent / "dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, kind = line.split()
            yield word, int(count), kind


@cache
def user_words() -> tuple[tuple[str, int], ...]:
    """Words of userdict.txt with their frequency; `#` starts a comment."""
    lines = (line.partition("#")[0].split() for line in USER_DICTIONARY.read_text("utf-8").splitlines())
    return tuple((parts[0], int(parts[1]) if len(parts) > 1 else 1000) for parts in lines if parts)


def cut(text: str) -> list[str]:
    """Words worth searching for: short forms too (“志愿服务” gives 志愿, 服务, 志愿服务); no marks, no blanks."""
    return [word for word in cutter().cut_for_search(text) if any(_is_letter(char) for char in word)]


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"

"""Bring a message to one plain form (归一化) so that every later stage reads the same text; the original is kept."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import opencc

from content import lexicon, words

from .homophones import Homophones
from .pinyin import PinyinReader

LONGEST = 20_000  # WeChat itself sends at most 2048 bytes; beyond this only head and tail are read
ROUNDS = 6  # every step shrinks or settles the text; a few rounds reach the fixed point

_HAN = r"[\u3400-\u9fff]"
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LAUGH = re.compile(r"(?:ha){2,}h?|h{3,}|2333+|(?:x[sd]){3,}")
_REPEATED = re.compile(r"([^\W\d])\1{2,}|([^\w\s])\2{2,}")
_MARKED = re.compile(rf"(?<={_HAN})(?:[*·\-_/|~+^#=&`']{{1,3}}|\.)(?={_HAN})")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_SPACED = re.compile(rf"(?<!{_HAN}){_HAN}(?:[ ,]{_HAN}){{2,}}(?!{_HAN})")
_DROPPED = {"Cf", "Mn", "Me", "Cs", "Co", "Cn"}


@dataclass(frozen=True)
class Normalised:
    """What was written, and the plain form of it."""

    original: str
    text: str

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """jieba words of the plain form."""
        return tuple(words.cutter().cut(self.text))


# What somebody wrote is read by several stages, and again with each of their next messages. Only words are kept here,
# never whose, and never on a disk.
@lru_cache(2048)
def normalise(text: str) -> Normalised:
    """Never raises, whatever a phone can send; twice gives the same as once."""
    plain = text
    for _ in range(ROUNDS):
        before, plain = plain, _once(_shortened(plain))
        if plain == before:
            break
    return Normalised(text, plain)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST // 2] + "\n" + text[1 - LONGEST // 2 :]


@dataclass(frozen=True)
class _Tables:
    spelling: lexicon.Spelling
    simplify: Callable[[str], str]
    characters: dict[int, str]
    words: re.Pattern[str]
    latin: re.Pattern[str]
    emoji: re.Pattern[str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    homophones: Homophones
    pinyin: PinyinReader


@cache
def tables() -> _Tables:
    """Everything the steps look up; called once at boot."""
    spelling = lexicon.spelling()
    return _Tables(
        spelling=spelling,
        simplify=opencc.OpenCC("t2s").convert,
        characters={ord(char): put for char, put in (spelling.characters | spelling.emoji).items()},
        words=_any_of(spelling.words),
        latin=re.compile(rf"(?<![a-z])(?:{_any_of(spelling.latin).pattern})(?![a-z])"),
        emoji=re.compile(rf"(?:(?:{_any_of(spelling.emoji).pattern})[\ufe0e\ufe0f\u200d]*)+"),
        patterns=tuple((re.compile(find), put) for find, put in spelling.patterns),
        homophones=Homophones(),
        pinyin=PinyinReader(spelling.english),
    )


def _any_of(keys: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True)))


def _once(text: str) -> str:
    known = tables()
    text = known.simplify(_shortened(_clean(text, known)))
    text = _join(_REPEATED.sub(lambda hit: hit[0][:2], _LAUGH.sub("哈哈", text)))
    text = known.latin.sub(lambda hit: known.spelling.latin[hit[0]], text)
    text = known.pinyin.read(text)
    text = known.words.sub(lambda hit: known.spelling.words[hit[0]], text)
    for find, put in known.patterns:
        text = find.sub(put, text)
    return known.homophones.mend(text).strip()


def _clean(text: str, known: _Tables) -> str:
    """NFKC, lower case, emoji meanings, no invisible or broken characters."""
    if text.isascii():
        plain = text.lower()
    else:
        plain = unicodedata.normalize("NFKC", _SURROGATES.sub("", text)).lower()
        plain = _unparted(plain, known).translate(known.characters)
    if plain.isprintable() and plain.isascii():
        return _SPACES.sub(" ", plain)
    kept = "".join(char for char in plain if _is_kept(char))
    return _LINES.sub("\n", _SPACES.sub(" ", kept.replace("\r", "\n")))


def _unparted(text: str, known: _Tables) -> str:
    """“想😂死” hides a word; “想死😂” laughs."""

    def meaning(hit: re.Match[str]) -> str:
        around = text[max(0, hit.start() - 1) : hit.start()] + text[hit.end() : hit.end() + 1]
        return "" if around in known.spelling.split else hit[0]

    return known.emoji.sub(meaning, text)


@cache
def _is_kept_char(char: str) -> bool:
    category = unicodedata.category(char)
    return category not in _DROPPED and (category != "Cc" or char.isspace())


def _is_kept(char: str) -> bool:
    # Han first: it is nearly everything, and the cache must not grow with it.
    return "\u3400" <= char <= "\u9fff" or _is_kept_char(char)


def _join(text: str) -> str:
    """“自*杀”, “我 想 死” → one word again; blanks between phrases stay."""
    text = _MARKED.sub("", text)
    return _SPACED.sub(lambda hit: re.sub("[ ,]", "", hit[0]), text) if " " in text or "," in text else text

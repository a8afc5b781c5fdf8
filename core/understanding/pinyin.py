"""Read pinyin (拼音) written instead of characters: “不想 huo 了”, “xiang bao ming”; a small unigram input method."""

import math
import re
from functools import lru_cache

from . import syllables

LONGEST_WORD = 5
AROUND = 3  # neighbouring characters that help: 不想 + huo
_FLOOR = -16.0
_RUN = re.compile(r"[a-z]{1,40}(?:[ '][a-z]{1,40}){0,30}")  # bounded: the search over words must stay linear
_HAN = re.compile(r"[\u4e00-\u9fa5]")
_BLANK = re.compile(r"(?<=[\u4e00-\u9fa5]) (?=[\u4e00-\u9fa5])")


class PinyinReader:
    """Turns runs of pinyin into the likeliest words; English and abbreviations stay as they are."""

    def __init__(self, english: frozenset[str]) -> None:
        self._english = english
        self._sounds = syllables.of_characters()
        self._valid = frozenset(sound for sound in self._sounds.values() if sound.isascii())
        self._words: dict[tuple[str, ...], tuple[tuple[str, float], ...]] = {}
        self._learn()
        self.split = lru_cache(4096)(self._split)

    def _learn(self) -> None:
        for word, likelihood, sounds in syllables.vocabulary():
            self._words[sounds] = (*self._words.get(sounds, ()), (word, likelihood))

    def read(self, text: str) -> str:
        if not any("a" <= char <= "z" for char in text):
            return text
        parts, at = [], 0
        for run in _RUN.finditer(text):
            plain = self._read_run(text, run)
            parts += [text[at : run.start()], plain]
            at = run.end()
        return _BLANK.sub("", "".join(parts) + text[at:]) if parts else text

    def _read_run(self, text: str, run: re.Match[str]) -> str:
        tokens = re.split("[ ']+", run[0])
        sounds = [sound for token in tokens for sound in (self.split(token) or (None,))]
        before = "".join(_HAN.findall(text[max(0, run.start() - AROUND - 1) : run.start()]))[-AROUND:]
        after = "".join(_HAN.findall(text[run.end() : run.end() + AROUND + 1]))[:AROUND]
        if None in sounds or not self._is_pinyin(tokens, sounds, bool(before or after)):
            return run[0]
        return self._decode(before, tuple(sound for sound in sounds if sound), after)

    def _is_pinyin(self, tokens: list[str], sounds: list[str | None], beside_han: bool) -> bool:
        foreign = sum(token in self._english for token in tokens)
        if foreign * 2 > len(tokens) or (foreign and len(tokens) == foreign):
            return False
        return len(sounds) > 1 or (beside_han and len(tokens[0]) > 1)

    def _split(self, token: str) -> tuple[str, ...] | None:
        """The fewest syllables that spell the token, or None."""
        best: list[tuple[str, ...] | None] = [()] + [None] * len(token)
        for end in range(1, len(token) + 1):
            starts = [at for at in range(max(0, end - 6), end) if token[at:end] in self._valid]
            ways = [(*head, token[at:end]) for at in starts if (head := best[at]) is not None]
            best[end] = min(ways, key=len, default=None)
        return best[-1]

    def _decode(self, before: str, sounds: tuple[str, ...], after: str) -> str:
        """Viterbi over words; characters already written are fixed."""
        fixed: list[str] = [*before, *([""] * len(sounds)), *after]
        heard = [*(self._sounds[c] for c in before), *sounds, *(self._sounds[c] for c in after)]
        nothing: tuple[str, ...] = ()
        best = [(0.0, nothing)] + [(-math.inf, nothing)] * len(heard)
        for end in range(1, len(heard) + 1):
            for start in range(max(0, end - LONGEST_WORD), end):
                units, score = self._likeliest(fixed[start:end], heard[start:end])
                best[end] = max(best[end], (best[start][0] + score, best[start][1] + units), key=lambda way: way[0])
        return "".join(best[-1][1][len(before) : len(before) + len(sounds)])

    def _likeliest(self, fixed: list[str], heard: list[str]) -> tuple[tuple[str, ...], float]:
        """One unit a syllable, so that a syllable nobody knows can stand as it was typed."""
        ways = self._words.get(tuple(heard), ())
        fits = [(score, word) for word, score in ways if all(f in ("", c) for f, c in zip(fixed, word, strict=True))]
        if fits:
            score, word = max(fits)
            return tuple(word), score
        return ((fixed[0] or heard[0],), _FLOOR) if len(heard) == 1 else ((), -math.inf)

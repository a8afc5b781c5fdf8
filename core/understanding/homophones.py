"""Mend words written or heard by sound (谐音, 语音误识): “照聘会” → “招聘会”, “清年大学习” → “青年大学习”."""

from ahocorasick_rs import AhoCorasick, MatchKind

from content import words

from . import syllables

_CODES_FROM = 0xE000  # private use: cleaned texts hold none of these characters
_AROUND = 6


class Homophones:
    """Targets are the words of the user dictionary; a hit must look like a slip, not like another word."""

    def __init__(self) -> None:
        self._dictionary = words.cutter()
        self._known = {word for word, _ in words.user_words()}
        sounds = syllables.of_characters()
        fuzzy = {char: syllables.fuzzy(sound) for char, sound in sounds.items()}
        codes = {sound: chr(_CODES_FROM + n) for n, sound in enumerate(sorted(set(fuzzy.values())))}
        self._table = {ord(char): codes[sound] for char, sound in fuzzy.items()}
        self._targets = [word for word in self._known if len(word) > 1 and all(char in fuzzy for char in word)]
        self._sounds = sounds
        patterns = [word.translate(self._table) for word in self._targets]
        self._automaton = AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest)

    def mend(self, text: str) -> str:
        hits = self._automaton.find_matches_as_indexes(text.translate(self._table))
        slips = [(self._targets[n], start, end) for n, start, end in hits if text[start:end] not in self._known]
        for target, start, end in reversed(slips):
            if self._is_slip(text, target, start, end):
                text = text[:start] + target + text[end:]
        return text

    def _is_slip(self, text: str, target: str, start: int, end: int) -> bool:
        said = text[start:end]
        same = sum(a == b for a, b in zip(said, target, strict=True))
        is_exact = all(self._sounds[a] == self._sounds[b] for a, b in zip(said, target, strict=True))
        if self._dictionary.has_word(said) or not same or (not is_exact and same * 2 <= len(said)):
            return False
        return self._stands_alone(text, start, end)

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        """“汇报明天” holds no “报名”: the cutter must see word borders where the slip begins and ends."""
        left = max(0, start - _AROUND)
        borders, at = {left}, left
        for word in words.cutter().cut(text[left : end + _AROUND]):
            at += len(word)
            borders.add(at)
        return start in borders and end in borders

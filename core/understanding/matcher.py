"""Find the cues (线索) of a word list in a text: one Aho-Corasick pass says where, small expressions say what."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from content.lexicon import Cue

REMEMBERED = 2048
ACROSS = 80  # no expression reaches further over the border between two messages
_SPECIAL = re.compile(r"[\\\[\](){}|?*+.^$]")


@dataclass(frozen=True, slots=True)
class Match:
    """A cue found at text[start:end]."""

    cue: Cue
    start: int
    end: int
    words: str

    def covers(self, other: "Match") -> bool:
        return self.start <= other.start and other.end <= self.end

    def touches(self, other: "Match") -> bool:
        """They share characters, and the other does not reach around this one."""
        overlap = self.start < other.end and other.start < self.end
        return overlap and (self.start <= other.start or self.end >= other.end)


class _Words:
    """A way of saying something that is always said in the same words, as most are: no expression needed."""

    __slots__ = ("_words",)

    def __init__(self, words: str) -> None:
        self._words = words

    def end(self, text: str, start: int) -> int:
        """Where it ends when it begins here, else -1."""
        return start + len(self._words) if text.startswith(self._words, start) else -1


class _Expression:
    """A way of saying something that varies."""

    __slots__ = ("_expression",)

    def __init__(self, regex: str) -> None:
        self._expression = re.compile(regex)

    def end(self, text: str, start: int) -> int:
        """Where it ends when it begins here, else -1."""
        hit = self._expression.match(text, start)
        return hit.end() if hit else -1


Way = _Words | _Expression


class Matcher:
    """Built once from cues; `find` is linear in the text and changes nothing."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._entries: dict[str, list[tuple[Cue, bool, Way]]] = {}
        self._patterns: list[tuple[Cue, re.Pattern[str]]] = []
        for cue in cues:
            for is_except, terms in ((False, cue.terms), (True, cue.excepts)):
                for term in terms:
                    self._learn(cue, is_except, term.regex, term.heads)
            self._patterns += [(cue, re.compile(pattern)) for pattern in cue.patterns]
        self._heads = list(self._entries)
        self._automaton = AhoCorasick(self._heads)

    def _learn(self, cue: Cue, is_except: bool, regex: str, heads: Iterable[str]) -> None:
        way: Way = _Expression(regex) if _SPECIAL.search(regex) else _Words(regex)
        entry = (cue, is_except, way)
        for head in heads:
            self._entries.setdefault(head, []).append(entry)

    def find(self, text: str) -> list[Match]:
        """Every cue where it begins, the longest way of saying it; excepted and masked ones left out."""
        longest: dict[tuple[str, int], Match] = {}
        excepted: list[Match] = []
        for index, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for cue, is_except, way in self._entries[self._heads[index]]:
                end = way.end(text, start)
                if end < 0:
                    continue
                match = Match(cue, start, end, text[start:end])
                if is_except:
                    excepted.append(match)
                elif (known := longest.get((cue.name, start))) is None or known.end < match.end:
                    longest[cue.name, start] = match
        for cue, pattern in self._patterns:
            for hit in pattern.finditer(text):
                longest.setdefault((cue.name, hit.start()), Match(cue, hit.start(), hit.end(), hit[0]))
        return _left(list(longest.values()), excepted)


class Pieces:
    """Tells whether cues are in a text, or may be begun in one message and ended in the next; never too seldom."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        cues = tuple(cues)
        self._heads = {head for cue in cues for term in cue.terms for head in term.heads}
        self._begun = _begun(self._heads)
        self._together = "\n".join(self._heads)
        self._automaton = AhoCorasick(list(self._heads))
        self._patterns = [re.compile(pattern) for cue in cues for pattern in cue.patterns]
        self.are_in = lru_cache(REMEMBERED)(self._are_in)

    def _are_in(self, text: str) -> bool:
        return bool(self._automaton.find_matches_as_indexes(text)) or _any(self._patterns, text)

    def may_go_on(self, text: str) -> bool:
        """For short texts only: every part of it is looked up."""
        ends = range(len(text))
        if text in self._together or any(text[at:] in self._begun for at in ends):
            return True
        return any(text[at:end] in self._heads for at in ends for end in range(at + 1, len(text) + 1))


class Border:
    """Tells whether a cue, or what excepts one, may lie across the border between two messages; never too seldom."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        cues = tuple(cues)
        self._heads = {head for cue in cues for term in (*cue.terms, *cue.excepts) for head in term.heads}
        self._begun = _begun(self._heads)
        self._longest = max(map(len, self._heads), default=0)
        self._patterns = [re.compile(pattern) for cue in cues for pattern in cue.patterns]

    def is_crossed(self, before: str, after: str) -> bool:
        ends = (before[-length:] for length in range(1, min(self._longest, len(before) + 1)))
        if any(end in self._begun and self._is_ended(end, after) for end in ends):
            return True
        return _any(self._patterns, before[-ACROSS:] + after[:ACROSS])

    def _is_ended(self, begun: str, text: str) -> bool:
        return any(begun + text[:length] in self._heads for length in range(1, self._longest - len(begun) + 1))


def _begun(heads: Iterable[str]) -> set[str]:
    return {head[:length] for head in heads for length in range(1, len(head))}


def _any(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def _left(found: list[Match], excepted: list[Match]) -> list[Match]:
    masks = [match for match in found if match.cue.masks]
    kept = (match for match in found if not _is_hidden(match, excepted, masks))
    return sorted(kept, key=lambda match: match.start)


def _is_hidden(match: Match, excepted: list[Match], masks: list[Match]) -> bool:
    """“跳楼价” hides 跳楼, “笑死” hides 死: what an except phrase or a mask covers means something else."""
    by_except = any(e.cue.name == match.cue.name and e.touches(match) for e in excepted)
    return by_except or (not match.cue.masks and any(mask.covers(match) for mask in masks))

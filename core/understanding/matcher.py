"""Find the cues (线索) of a word list in a text: one Aho-Corasick pass says where, small expressions say what."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from content.lexicon import Cue, Term

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
Entry = tuple[Cue, bool, Way]


class _Table:
    """Terms by the words they begin with: an automaton finds those, each way of saying says how far it goes."""

    def __init__(self, terms: Iterable[tuple[Cue, bool, Term]]) -> None:
        by_head: dict[str, tuple[Entry, ...]] = {}
        for cue, is_except, term in terms:
            way: Way = _Expression(term.regex) if _SPECIAL.search(term.regex) else _Words(term.regex)
            own = ((cue, is_except, way),)  # one for all its heads, of which there are a hundred thousand
            for head in term.heads:
                by_head[head] = by_head[head] + own if head in by_head else own
        self.heads = list(by_head)
        self._entries = list(by_head.values())
        self._automaton = AhoCorasick(self.heads)

    def begun(self, text: str) -> Iterator[tuple[Cue, bool, Way, int]]:
        """What may begin in the text, and where."""
        for index, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for cue, is_except, way in self._entries[index]:
                yield cue, is_except, way, start


def _terms(cues: Iterable[Cue], excepts: bool = True) -> Iterator[tuple[Cue, bool, Term]]:
    for cue in cues:
        yield from ((cue, False, term) for term in cue.terms)
        if excepts:
            yield from ((cue, True, term) for term in cue.excepts)


class Matcher:
    """Built once from cues; `find` is linear in the text and changes nothing."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        cues = tuple(cues)
        self._table = _Table(_terms(cues))
        self._patterns = [(cue, re.compile(pattern)) for cue in cues for pattern in cue.patterns]

    def find(self, text: str) -> list[Match]:
        """Every cue where it begins, the longest way of saying it; excepted and masked ones left out."""
        longest: dict[tuple[str, int], Match] = {}
        excepted: list[Match] = []
        for cue, is_except, way, start in self._table.begun(text):
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
    """Tells whether cues are in a text, or may go on in the next one."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        cues = tuple(cues)
        self._table = _Table(_terms(cues, excepts=False))
        self._heads = set(self._table.heads)
        self._begun = _begun(self._heads)
        self._together = "\n".join(self._heads)
        self._patterns = [re.compile(pattern) for cue in cues for pattern in cue.patterns]
        self.are_in = lru_cache(REMEMBERED)(self._are_in)

    def _are_in(self, text: str) -> bool:
        return any(way.end(text, start) >= 0 for _, _, way, start in self._table.begun(text)) or any(
            pattern.search(text) for pattern in self._patterns
        )

    def may_go_on(self, text: str) -> bool:
        """For short texts only: every part of it is looked up."""
        ends = range(len(text))
        if text in self._together or any(text[at:] in self._begun for at in ends):
            return True
        return any(text[at:end] in self._heads for at in ends for end in range(at + 1, len(text) + 1))


class Border:
    """Tells whether a cue, or what excepts one, lies across the border between two messages; never too seldom."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        cues = tuple(cues)
        self._table = _Table(_terms(cues))
        self._heads = set(self._table.heads)
        self._begun = _begun(self._heads)
        self._longest = max(map(len, self._heads), default=0)
        self._patterns = [re.compile(pattern) for cue in cues for pattern in cue.patterns]
        self._open = lru_cache(REMEMBERED)(self._open_at)

    def is_crossed(self, before: str, after: str) -> bool:
        before, after = before[-ACROSS:], after[:ACROSS]
        words, ways = self._open(before)
        if any(self._is_ended(begun, after) for begun in words):
            return True
        joint, border = before + after, len(before)
        return any(way.end(joint, start) > border for way, start in ways) or any(
            pattern.search(joint) for pattern in self._patterns
        )

    def _open_at(self, before: str) -> tuple[tuple[str, ...], tuple[tuple[Way, int], ...]]:
        """What its end may be the beginning of, and what begins in it and may go further."""
        ends = (before[-length:] for length in range(1, min(self._longest, len(before) + 1)))
        words = tuple(end for end in ends if end in self._begun)
        return words, tuple((way, start) for _, _, way, start in self._table.begun(before))

    def _is_ended(self, begun: str, text: str) -> bool:
        return any(begun + text[:length] in self._heads for length in range(1, self._longest - len(begun) + 1))


def _begun(heads: Iterable[str]) -> set[str]:
    # Interned, for two tables have nearly the same ones.
    return {sys.intern(head[:length]) for head in heads for length in range(1, len(head))}


def _left(found: list[Match], excepted: list[Match]) -> list[Match]:
    masks = [match for match in found if match.cue.masks]
    kept = (match for match in found if not _is_hidden(match, excepted, masks))
    return sorted(kept, key=lambda match: match.start)


def _is_hidden(match: Match, excepted: list[Match], masks: list[Match]) -> bool:
    """“跳楼价” hides 跳楼, “笑死” hides 死: what an except phrase or a mask covers means something else."""
    by_except = any(e.cue.name == match.cue.name and e.touches(match) for e in excepted)
    return by_except or (not match.cue.masks and any(mask.covers(match) for mask in masks))

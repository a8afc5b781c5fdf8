"""Find the cues (线索) of a word list in a text: one Aho-Corasick pass, gaps, patterns, masked phrases."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from content.lexicon import Cue

GAP = 10  # characters between the parts of “打..我”
_CLAUSE_END = re.compile(r"[，,。．.；;！!？?、\n]")


@dataclass(frozen=True, slots=True)
class Match:
    """A cue found at text[start:end]."""

    cue: Cue
    start: int
    end: int
    words: str


class Matcher:
    """Built once from cues; `find` is linear in the text and changes nothing."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._entries: dict[str, list[tuple[Cue | None, tuple[str, ...]]]] = {}
        self._patterns: list[tuple[Cue, re.Pattern[str]]] = []
        for cue in cues:
            self._learn(cue)
        self._anchors = list(self._entries)
        self._automaton = AhoCorasick(self._anchors)

    def _learn(self, cue: Cue) -> None:
        for term in cue.terms:
            head, *rest = term.split("..")
            self._entries.setdefault(head, []).append((cue, tuple(rest)))
        for phrase in cue.excepts:
            self._entries.setdefault(phrase, []).append((None, (cue.name,)))
        self._patterns += [(cue, re.compile(pattern)) for pattern in cue.patterns]

    def find(self, text: str) -> list[Match]:
        masks: list[tuple[str, int, int]] = []
        found: list[Match] = []
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for cue, rest in self._entries[self._anchors[index]]:
                if cue is None:
                    masks.append((rest[0], start, end))
                elif (stop := _follow(text, end, rest)) is not None:
                    found.append(Match(cue, start, stop, text[start:stop]))
        found.extend(self._by_pattern(text))
        return sorted((match for match in found if not _is_masked(match, masks)), key=lambda match: match.start)

    def _by_pattern(self, text: str) -> Iterator[Match]:
        for cue, pattern in self._patterns:
            for hit in pattern.finditer(text):
                yield Match(cue, hit.start(), hit.end(), hit[0])


def _follow(text: str, end: int, rest: tuple[str, ...]) -> int | None:
    """Where the remaining parts of a gapped term end, or None if they do not follow in the same clause."""
    for part in rest:
        at = text.find(part, end, end + GAP + len(part))
        if at < 0 or _CLAUSE_END.search(text, end, at):
            return None
        end = at + len(part)
    return end


def _is_masked(match: Match, masks: list[tuple[str, int, int]]) -> bool:
    """An except phrase (“跳楼价”) takes the matches it touches, save those that reach around it."""
    return any(
        name == match.cue.name and start < match.end and match.start < end and not (match.start < start or end < match.end)
        for name, start, end in masks
    )

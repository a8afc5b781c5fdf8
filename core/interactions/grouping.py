"""Group messages that ask for the same (归类): by the words they share, in their plain form.

One pass: what is said in the same words is one; each of these joins the group it shares most with, or begins one. The
same messages give the same groups in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from content.rules import fold
from content.words import FILLERS, cut
from core.crypto import keyring
from core.interactions.unanswered import Missed
from core.understanding import normalise

# How much of their words two messages must share to be about the same.
ALIKE = 0.5
# A word belongs to the group when so many of its people say it.
SHARED = 0.5
MOST_SHARED = 6


@dataclass(frozen=True)
class Saying:
    """What was said in the same words, by whomever."""

    plain: str
    words: frozenset[str]
    messages: tuple[Missed, ...]

    @property
    def order(self) -> tuple[int, int, str]:
        """The commonest first; then what holds more."""
        return -len(self.messages), -len(self.words), self.plain


@dataclass(frozen=True)
class Group:
    """Messages that are about the same."""

    key: str
    sayings: tuple[Saying, ...]

    @cached_property
    def messages(self) -> list[Missed]:
        """Newest first."""
        return sorted((one for saying in self.sayings for one in saying.messages), key=lambda one: one.at, reverse=True)

    @cached_property
    def people(self) -> int:
        """How many different people said it; nobody known counts as one."""
        return len({one.contact_id for one in self.messages})

    @cached_property
    def _speakers(self) -> dict[str, int]:
        """How many people say each word."""
        said = {(word, one.contact_id) for saying in self.sayings for word in saying.words for one in saying.messages}
        return Counter(word for word, _ in said)

    def shared(self, at_least: int = 1) -> list[str]:
        """The words that most of them say, and at least so many people; the commonest and longest first."""
        needed = max(at_least, self.people * SHARED)
        found = [(count, len(word), word) for word, count in self._speakers.items() if count >= needed]
        words = [word for _, _, word in sorted(found, key=lambda one: (-one[0], -one[1], one[2]))]
        # “青春” beside “青春家园” tells nothing more.
        return [word for word in words if not any(word != other and word in other for other in words)][:MOST_SHARED]


def group(messages: Iterable[Missed]) -> list[Group]:
    """The largest group first."""
    gathered: list[list[Saying]] = []
    by_word: dict[str, set[int]] = {}
    for saying in sorted(_sayings(messages), key=lambda one: one.order):
        number = _nearest(saying, gathered, by_word)
        if number is None:
            number = len(gathered)
            gathered.append([])
            # The seed's words alone: a group must not wander off by what joined it.
            for word in saying.words:
                by_word.setdefault(word, set()).add(number)
        gathered[number].append(saying)
    groups = [Group(_key(sayings[0]), tuple(sayings)) for sayings in gathered]
    return sorted(groups, key=lambda one: (-one.people, -len(one.messages), one.key))


def words_of(text: str) -> frozenset[str]:
    """The words of a message that tell what it is about."""
    return frozenset(word for word in cut(text) if len(word) > 1 and word not in FILLERS)


def _sayings(messages: Iterable[Missed]) -> list[Saying]:
    written: dict[str, list[Missed]] = {}
    for one in messages:
        written.setdefault(one.text, []).append(one)
    same: dict[str, list[Missed]] = {}
    for text, said in written.items():
        same.setdefault(fold(normalise(text).text), []).extend(said)
    return [Saying(plain, words_of(plain), tuple(said)) for plain, said in same.items()]


def _nearest(saying: Saying, gathered: Sequence[Sequence[Saying]], by_word: dict[str, set[int]]) -> int | None:
    near = {number for word in saying.words for number in by_word.get(word, ())}
    scored = [(_alike(saying.words, gathered[number][0].words), -number) for number in near]
    score, number = max(scored, default=(0.0, 0))
    return -number if score >= ALIKE else None


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """The letters they share among the letters of the shorter, damped where the longer holds much more."""
    shared = sum(map(len, one & other))
    sizes = sorted((sum(map(len, one)), sum(map(len, other))))
    return shared / (sizes[0] * 2 + sizes[1]) * 3 if sizes[0] else 0.0


def _key(saying: Saying) -> str:
    """For addresses: a keyed hash, for an address may be logged and words may not."""
    return keyring().lookup(f"unanswered:{saying.plain}")[:16]

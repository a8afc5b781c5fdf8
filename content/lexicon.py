"""Reviewed word lists (词库) for crisis screening, intents and spelling: read, expand, check."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .terms import Term, TermError, compile_term

ROOT = Path(__file__).parent
RISKS = ("none", "concern", "high", "imminent")
# A human must hear of these, whatever else happens.
GRAVE = ("high", "imminent")
TOPICS = ("自伤自杀", "心理", "家庭", "学业", "情感", "劳动权益", "校园欺凌", "法律维权", "网络", "性侵害", "其他")
INTENTS = ("counseling", "study", "events", "venue", "aid", "human", "help", "privacy", "other")


class LexiconError(ValueError):
    """A word list contradicts itself; the message names the places to mend."""


@dataclass(frozen=True)
class Cue:
    """What a phrase tells (线索): its terms, patterns, and the phrases in which they mean something else."""

    name: str
    label: str
    terms: tuple[Term, ...]
    patterns: tuple[str, ...] = ()
    excepts: tuple[Term, ...] = ()
    quote: bool = False  # may the words themselves be shown to a counselor
    deniable: bool = True  # does “没有 …” before it take it back
    masks: bool = False  # words inside it lose their other meanings (“笑死”)
    topic: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Rule:
    """Cues that together mean a risk: one of each in `all`, within `near` characters, and none of `unless` near."""

    risk: str
    reason: str
    all: tuple[frozenset[str], ...]
    unless: frozenset[str] = frozenset()
    near: int = 60


@dataclass(frozen=True)
class Crisis:
    cues: tuple[Cue, ...]
    rules: tuple[Rule, ...]
    never_quoted: tuple[str, ...]


@dataclass(frozen=True)
class Intents:
    """Weighted phrases per intent and topic, and phrases that hide another (“法律知识竞赛” is no legal question)."""

    cues: tuple[Cue, ...]
    topics: tuple[Cue, ...]


@dataclass(frozen=True)
class Spelling:
    """What letters, digits, emoji and dialect stand for."""

    characters: dict[str, str]
    emoji: dict[str, str]
    words: dict[str, str]
    latin: dict[str, str]
    patterns: tuple[tuple[str, str], ...]
    split: frozenset[str]  # pairs of characters that an emoji between them must not part
    english: frozenset[str]


@cache
def crisis() -> Crisis:
    files = [_read(path) for path in sorted((ROOT / "crisis").glob("*.toml"))]
    cues = [cue for data in files for cue in _cues(data.get("cue", {}))]
    check(cues)
    groups = {name: members for data in files for name, members in data.get("groups", {}).items()}
    known = {cue.name for cue in cues} | {f"denied:{cue.name}" for cue in cues} | {f"past:{cue.name}" for cue in cues}
    rules = [_rule(row, groups, known) for data in files for row in data.get("rule", [])]
    never = tuple(word for data in files for word in data.get("quoting", {}).get("never", "").split())
    return Crisis(tuple(cues), tuple(rules), never)


@cache
def intents() -> Intents:
    files = [_read(path) for path in sorted((ROOT / "intents").glob("*.toml"))]
    cues = [cue for data in files for cue in _cues(data.get("cue", {}))]
    topics = [cue for data in files for cue in _cues(data.get("topic", {}))]
    check(cues)
    check(topics)
    return Intents(tuple(cues), tuple(topics))


@cache
def spelling() -> Spelling:
    data = _read(ROOT / "dictionary" / "spelling.toml")
    return Spelling(
        characters=data["characters"],
        emoji=data["emoji"],
        words=data["words"],
        latin=data["latin"],
        patterns=tuple((row["find"], row["put"]) for row in data["pattern"]),
        split=frozenset(data["split"]["pairs"].split()),
        english=frozenset(data["english"]["words"].split()),
    )


def check(cues: list[Cue]) -> None:
    """Refuse a phrase that two cues claim: nobody could tell which of them decides."""
    owner: dict[str, str] = {}
    for cue in cues:
        for term in cue.terms:
            first = owner.setdefault(term.source, cue.name)
            if first != cue.name:
                raise LexiconError(f"'{term.source}' is listed in '{first}' and in '{cue.name}'; remove one")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path.name}: {error}") from error


def _cues(table: dict[str, Any]) -> list[Cue]:
    return [_cue(name, row) for name, row in table.items()]


def _cue(name: str, row: dict[str, Any]) -> Cue:
    return Cue(
        name=name,
        label=row.get("label", name),
        terms=_terms(name, row.get("terms", "")),
        patterns=tuple(row.get("patterns", [])),
        excepts=_terms(name, row.get("excepts", "")),
        quote=row.get("quote", False),
        deniable=row.get("deniable", True),
        masks=row.get("masks", False),
        topic=row.get("topic", ""),
        weight=row.get("weight", 1.0),
    )


def _terms(name: str, listed: str) -> tuple[Term, ...]:
    try:
        return tuple(compile_term(source) for source in dict.fromkeys(listed.split()))
    except TermError as error:
        raise LexiconError(f"in '{name}': {error}") from error


def _rule(row: dict[str, Any], groups: dict[str, str], known: set[str]) -> Rule:
    def names(text: str) -> frozenset[str]:
        found = frozenset(name for part in text.split("|") for name in _member(part, groups))
        if found - known:
            raise LexiconError(f"rule '{row['reason']}' names unknown cues: {sorted(found - known)}")
        return found

    if row["risk"] not in RISKS:
        raise LexiconError(f"rule '{row['reason']}' has risk '{row['risk']}'; use one of {RISKS}")
    unless = frozenset().union(*(names(text) for text in row.get("unless", [])))
    return Rule(row["risk"], row["reason"], tuple(names(text) for text in row["all"]), unless, row.get("near", 60))


def _member(part: str, groups: dict[str, str]) -> list[str]:
    prefix, _, name = part.rpartition(":")
    members = groups[name].split("|") if name in groups else [name]
    return [f"{prefix}:{member}" if prefix else member for member in members]

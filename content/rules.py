"""Keyword rules (关键词规则) as staff write them in content/rules/*.toml: which words ask for which action."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from content.actions import ACTIONS
from content.errors import ContentError, short
from content.reading import Row, read_toml

RULES_DIR = Path(__file__).parent / "rules"
SYNONYMS_FILE = "synonyms.toml"
GROUP = re.compile(r"\{([^{}]+)\}")
MOST_WORDINGS = 2000
# In a longer message a keyword says little about what is wanted; that is left to the intent classifier.
LONGEST = 60


class RuleConflict(ContentError):
    """Two rules claim the same words, or a rule's own example goes elsewhere."""


@dataclass(frozen=True)
class Rule:
    """Words that ask for one action; every `contains` is a set of words that must all be in the message."""

    action: str
    name: str
    phrases: frozenset[str]
    contains: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    examples: tuple[str, ...]

    def allows(self, text: str) -> bool:
        return not any(word in text for word in self.unless)


@dataclass(frozen=True)
class Match:
    """Which rule answered, and by which words; `whole` when the message is nothing else."""

    rule: Rule
    words: tuple[str, ...]
    whole: bool


class Rules:
    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._by_phrase = _claim_phrases(self._rules)
        self._claims = list(_claim_words(self._rules).items())
        self._first_words = AhoCorasick([word for word, _ in self._claims])
        for rule in self._rules:
            for example in rule.examples:
                self._check_example(rule, example)

    @classmethod
    def load(cls, folder: Path = RULES_DIR) -> "Rules":
        groups = _read_groups(folder / SYNONYMS_FILE)
        files = [path for path in sorted(folder.glob("*.toml")) if path.name != SYNONYMS_FILE]
        return cls(rule for path in files for rule in _read_file(path, groups))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def _check_example(self, rule: Rule, example: str) -> None:
        """Whoever adds words to one rule must not take a message from another without noticing."""
        match = self.match(example)
        if match is None or match.rule is not rule:
            owner = f"会走到 {match.rule.name}（因为“{'、'.join(match.words)}”）" if match else "没有规则认领"
            raise refused_example(rule, example, owner)

    def actions(self) -> frozenset[str]:
        return frozenset(rule.action for rule in self._rules)

    def match(self, text: str) -> Match | None:
        """A phrase that is the whole message wins; else the rule with the most letters inside the message."""
        text = fold(text)
        if rule := self._by_phrase.get(text):
            return Match(rule, (text,), whole=True)
        if len(text) > LONGEST:
            return None
        matches = (Match(rule, words, whole=False) for rule, words in self._inside(text) if rule.allows(text))
        return max(matches, key=lambda match: _letters(match.words), default=None)

    def tried(self, text: str) -> Iterator[tuple[Match, str]]:
        """Every rule whose words are in the message, with the word that keeps it out (“”: none does)."""
        text = fold(text)
        if rule := self._by_phrase.get(text):
            yield Match(rule, (text,), whole=True), ""
        for rule, words in self._inside(text):
            too_long = f"超过 {LONGEST} 个字" if len(text) > LONGEST else ""
            yield Match(rule, words, whole=False), too_long or next((word for word in rule.unless if word in text), "")

    def _inside(self, text: str) -> Iterator[tuple[Rule, tuple[str, ...]]]:
        for index in sorted({found[0] for found in self._first_words.find_matches_as_indexes(text, overlapping=True)}):
            yield from (claim for claim in self._claims[index][1] if all(word in text for word in claim[1]))


@lru_cache(4096)
def fold(text: str) -> str:
    """Letters and digits only, lower case, full-width forms made plain; harmless on already normalised text."""
    folded = unicodedata.normalize("NFKC", text).lower()
    letters = "".join(char for char in folded if unicodedata.category(char)[0] in "LN")
    # Again, because letters that a mark kept apart may now join.
    return unicodedata.normalize("NFKC", letters) or folded.strip()


def _letters(words: Iterable[str]) -> int:
    return sum(map(len, words))


def _read_groups(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Words that mean the same (同义词): name → words."""
    row = Row(read_toml(path), path, "同义词") if path.exists() else Row({}, path, "同义词")
    return {name: row.words(name) for name in row.fields}


def _read_file(path: Path, groups: Mapping[str, tuple[str, ...]]) -> Iterator[Rule]:
    tables = Row(read_toml(path), path, "[[rule]]")
    for index, fields in enumerate(tables.take("rule", list), 1):
        yield _read_rule(Row(fields, path, f"第 {index} 个 [[rule]]"), groups)
    tables.done()


def _read_rule(row: Row, groups: Mapping[str, tuple[str, ...]]) -> Rule:
    action = row.text("action")
    name = f"{short(row.path)} {row.where}（{action}）"
    phrases = [fold(one) for one in _spell_out(row.words("phrases", []), groups, row)]
    wordings = _spell_out(row.words("contains", []), groups, row)
    contains = [tuple(fold(word) for word in one.split("+")) for one in wordings]
    unless = tuple(fold(one) for one in _spell_out(row.words("not", []), groups, row))
    rule = Rule(action, name, frozenset(phrases), tuple(dict.fromkeys(contains)), unless, row.words("examples", []))
    row.done()
    if action not in ACTIONS:
        raise row.error(f"不认识的动作 {action}", "用这些之一：" + "、".join(ACTIONS))
    if not (phrases or contains):
        raise row.error("没有 phrases，也没有 contains", "至少写一个，不然没有消息会走到这条规则")
    if any(not word for words in contains for word in words):
        raise row.error("contains 里有空的词", "检查多余的 + 号")
    return rule


def _spell_out(wordings: Iterable[str], groups: Mapping[str, tuple[str, ...]], row: Row) -> list[str]:
    """{想}报名 → 想报名, 要报名, … for every word of the group."""
    spelled = [one for wording in wordings for one in _choices(wording, groups, row)]
    if len(spelled) > MOST_WORDINGS:
        raise row.error(f"展开后有 {len(spelled)} 种说法，太多了", "少用几个 {同义词} 组")
    return spelled


def _choices(wording: str, groups: Mapping[str, tuple[str, ...]], row: Row) -> Iterator[str]:
    parts = GROUP.split(wording)
    for group in parts[1::2]:
        if group not in groups:
            raise row.error(f"不认识的同义词组 {{{group}}}", f"在 rules/{SYNONYMS_FILE} 里加上 {group} = […]")
    options = [groups[part] if index % 2 else (part,) for index, part in enumerate(parts)]
    return ("".join(choice) for choice in product(*options))


def _claim_phrases(rules: Iterable[Rule]) -> dict[str, Rule]:
    claimed: dict[str, Rule] = {}
    for rule in rules:
        for phrase in sorted(rule.phrases):
            _refuse_second(claimed.setdefault(phrase, rule), rule, phrase)
    return claimed


def _claim_words(rules: Iterable[Rule]) -> dict[str, list[tuple[Rule, tuple[str, ...]]]]:
    claimed: dict[frozenset[str], Rule] = {}
    by_first_word: dict[str, list[tuple[Rule, tuple[str, ...]]]] = {}
    for rule in rules:
        for words in rule.contains:
            _refuse_second(claimed.setdefault(frozenset(words), rule), rule, "+".join(words))
            by_first_word.setdefault(words[0], []).append((rule, words))
    return by_first_word


def refused_example(rule: Rule, example: str, owner: str) -> RuleConflict:
    """Why a rule cannot be loaded: its example would be answered by somebody else."""
    file, _, place = rule.name.partition(" ")
    mend = "改例句；或给这条规则补上说法；或在抢走它的那一条里用 not 排除"
    return RuleConflict(file, place, f"例句“{example}”应当走到 {rule.name}，现在{owner}", mend)


def _refuse_second(first: Rule, second: Rule, words: str) -> None:
    if first is not second:
        file = first.name.partition(" ")[0]
        problem = f"“{words}”同时写在 {first.name} 和 {second.name}"
        raise RuleConflict(file, words, problem, "从其中一条规则里删掉它")

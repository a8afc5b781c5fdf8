"""Safe-messaging rules (安全信息规则 S1–S13) for whatever a youth may read: a text in, its problems out."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from content.reading import Row, read_toml

WORDS_FILE = Path(__file__).parent / "lint_words.toml"
NUMBER = re.compile(r"(?<!\d)\d{3,5}(?!\d)")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
# Nobody's number; the one to write where a form shows what is meant.
EXAMPLE_MOBILE = "13800000000"
Problem = tuple[str, str]


@dataclass(frozen=True)
class CrisisRule:
    """What one crisis text must hold."""

    key: str
    numbers: tuple[str, ...]
    first: tuple[str, ...]
    variants: int
    may_claim: bool


@dataclass(frozen=True)
class SafeWords:
    """The word lists and crisis rules of lint_words.toml."""

    never: tuple[str, ...]
    promises: tuple[str, ...]
    methods: tuple[str, ...]
    needs_numbers: tuple[str, ...]
    numbers: tuple[str, ...]
    crisis_longest: int
    crisis_never: tuple[str, ...]
    crisis_claims: tuple[str, ...]
    crisis_reviewers: int
    crisis: tuple[CrisisRule, ...]

    @classmethod
    def load(cls, path: Path = WORDS_FILE) -> "SafeWords":
        row = Row(read_toml(path), path, "词表")
        crisis = Row(row.take("crisis", dict), path, "[crisis]")
        words = cls(
            never=row.words("never"),
            promises=row.words("promises"),
            methods=row.words("methods"),
            needs_numbers=row.words("needs_numbers"),
            numbers=row.words("numbers"),
            crisis_longest=crisis.number("longest"),
            crisis_never=crisis.words("never"),
            crisis_claims=crisis.words("claims"),
            crisis_reviewers=crisis.number("reviewers"),
            crisis=tuple(_read_rule(fields, path) for fields in crisis.take("text", list)),
        )
        row.done()
        crisis.done()
        return words

    def problems(self, text: str) -> Iterator[Problem]:
        """What no text, article or event may say, and what must stand beside a hard word."""
        for word in _held(self.never, text):
            yield f"有不能说的话“{word}”", "换成理解和陪伴的话（S7）"
        for word in _held(self.promises, text):
            yield f"有做不到的保证“{word}”", "只说做得到的（S8）"
        for word in _held(self.methods, text):
            yield f"提到了方法“{word}”", "删掉，不写任何方法（S7）"
        for mobile in MOBILE.findall(text):
            if mobile != EXAMPLE_MOBILE:
                yield "有一个手机号", f"删掉个人的号码，改用单位电话；举例请用 {EXAMPLE_MOBILE}"
        missing = [number for number in self.numbers if number not in text]
        if missing and (word := next(_held(self.needs_numbers, text), "")):
            yield f"提到“{word}”，但没有 {'、'.join(missing)}", "在后面写上求助热线（S12）"

    def crisis_problems(self, text: str, rule: CrisisRule) -> Iterator[Problem]:
        """A rendered crisis text against S1–S6."""
        yield from self._crisis_words(text, rule)
        if len(text) > self.crisis_longest:
            yield f"有 {len(text)} 个字", f"缩短到 {self.crisis_longest} 个字以内（S1）"
        if "!" in text or "！" in text:
            yield "有感叹号", "换成句号"
        if any(map(_is_emoji, text)):
            yield "有表情符号", "删掉表情（S1）"
        yield from _number_problems(text, rule)

    def _crisis_words(self, text: str, rule: CrisisRule) -> Iterator[Problem]:
        for word in _held(self.crisis_never, text):
            yield f"危机回复里有“{word}”", "机器人不问方法和计划，不诊断，不发链接，删掉（S1、S6）"
        if not rule.may_claim:
            for word in _held(self.crisis_claims, text):
                yield f"说了“{word}”，但这条用在没有存好、没有通知的时候", "只说真话：请现在打电话（S4）"


def _number_problems(text: str, rule: CrisisRule) -> Iterator[Problem]:
    lines = text.split("\n")
    starts = [match[0] for line in lines if (match := NUMBER.match(line))]
    for number in rule.numbers:
        if number not in starts:
            yield f"没有以 {number} 开头的一行", f"加一行 {{line_{number}}}（S1、S2）"
    if rule.first and starts and starts[0] not in rule.first:
        yield f"第一个号码是 {starts[0]}", f"先写 {' 或 '.join(rule.first)}（S2）"
    for line in lines:
        if any(match.start() for match in NUMBER.finditer(line)):
            yield f"号码不在一行的开头：{line}", "让号码单独占一行，放在最前面（S1）"


def _held(words: Iterable[str], text: str) -> Iterator[str]:
    return (word for word in words if word in text)


def _is_emoji(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk") or ord(char) in (0xFE0F, 0x200D)


def _read_rule(fields: dict[str, object], path: Path) -> CrisisRule:
    row = Row(fields, path, "[[crisis.text]]")
    rule = CrisisRule(
        key=row.text("key"),
        numbers=row.words("numbers"),
        first=row.words("first", []),
        variants=row.number("variants"),
        may_claim=row.take("may_claim", bool),
    )
    row.done()
    return rule

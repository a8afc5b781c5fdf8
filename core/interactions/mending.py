"""What one can do about a group that nobody understood (补规则): which rule file, which lines, and what they would do.

The proposal is tried against all rules before it is shown: who would be caught, whose example would change hands.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from content.actions import ACTIONS
from content.rules import Rule, RuleConflict, Rules
from core.interactions.grouping import Group
from core.understanding import normalise

# A word that the rules of so many actions share tells nothing (as in handlers/fallback.py).
COMMON = 4
MOST_OFFERED = 5
NEW = "这条新规则"


@dataclass(frozen=True)
class Proposal:
    """Lines for a rule file, and what came of trying them."""

    action: str
    title: str
    file: str
    words: tuple[str, ...]
    snippet: str
    catches: int
    clash: str = ""
    # An example that another rule would lose: its words, whose it is now.
    takes: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def is_fit(self) -> bool:
        """Whether the lines could be added as they are."""
        return bool(self.catches) and not self.clash and not self.takes


def nearest(rules: Rules, words: Sequence[str]) -> list[str]:
    """Actions whose rules speak of these words, the best first."""
    scores: dict[str, int] = {}
    texts: dict[str, str] = {}
    for rule in rules:
        own = "\n".join((*rule.examples, *rule.phrases, *("".join(part) for part in rule.contains)))
        texts[rule.action] = f"{texts.get(rule.action, '')}\n{own}"
    for word in words:
        holders = [action for action, text in texts.items() if word in text]
        for action in holders if len(holders) < COMMON else ():
            scores[action] = scores.get(action, 0) + len(word)
    return sorted(scores, key=lambda action: (-scores[action], action))[:MOST_OFFERED]


def propose(rules: Rules, group: Group, words: Sequence[str], action: str) -> Proposal | None:
    """Lines that would send the group to this action; None when no word of it may be shown."""
    wanted = tuple(words[:2])
    if not wanted or action not in ACTIONS:
        return None
    file = file_of(rules, action)
    rule = Rule(action, NEW, frozenset(), (wanted,), (), ())
    snippet = _snippet(action, wanted)
    try:
        with_it = Rules([*rules, rule])
    except RuleConflict as clash:
        return Proposal(action, ACTIONS[action], file, wanted, snippet, 0, str(clash).replace(NEW, "这一条"))
    caught = sum(_goes_to(with_it, rule, one.text) for one in group.messages)
    return Proposal(action, ACTIONS[action], file, wanted, snippet, caught, "", tuple(_taken(rules, with_it, rule)))


def file_of(rules: Rules, action: str) -> str:
    """Where the rules of this action are."""
    return next((rule.name.partition(" ")[0] for rule in rules if rule.action == action), "content/rules/")


def _snippet(action: str, words: Sequence[str]) -> str:
    """TOML; a JSON string is a TOML string."""
    contains = json.dumps(["+".join(words)], ensure_ascii=False)
    lines = (
        "[[rule]]",
        f'action = "{action}"',
        f"contains = {contains}",
        'examples = ["（自己编一句同样意思的话，不要抄原话）"]',
    )
    return "\n".join(lines) + "\n"


def _goes_to(rules: Rules, rule: Rule, text: str) -> bool:
    match = rules.match(normalise(text).text)
    return match is not None and match.rule is rule


def _taken(before: Rules, after: Rules, new: Rule) -> list[tuple[str, str]]:
    taken = []
    for rule in before:
        for example in rule.examples:
            match = after.match(normalise(example).text)
            if match is not None and match.rule is new and rule.action != new.action:
                taken.append((example, ACTIONS.get(rule.action, rule.action)))
    return taken

"""The examples (例句) of keyword rules, sent through the whole routing: a rule must get what it says it gets."""

from __future__ import annotations

import re

from content.errors import ContentError
from content.rules import refused_example
from core.messages import InboundMessage, Text
from core.resources import Resources
from handlers import routing
from handlers.registry import Registry
from handlers.wishes import MENTIONS

QUOTED = re.compile("“([^”]+)”")


def check(registry: Registry, resources: Resources) -> None:
    """Raises RuleConflict when another stage, crisis screening or the intent, answers a rule's example before it."""
    for rule in resources.rules:
        for example in rule.examples:
            message = InboundMessage("", "", 0, "1", Text(example))
            judgement = resources.understanding.judge(example)
            winner = routing.first(registry, routing.Situation(message, judgement, "", resources))
            if winner.route is not registry.actions[rule.action]:
                why = "、".join(winner.reasons)
                raise refused_example(rule, example, f"被 {winner.name} 先接走（{why}）")
    _check_mentions(resources)


def _check_mentions(resources: Resources) -> None:
    """Whoever answers with the words in “…” must get there, also in the middle of something else."""
    for action, key in MENTIONS.items():
        entry = resources.texts.entry(key)
        for variant in entry.variants:
            for words in QUOTED.findall(variant) or [""]:
                match = resources.rules.match(words)
                if match is None or not match.whole or match.rule.action != action:
                    mend = f"换成 rules/*.toml 里 {action} 的 phrases 之一"
                    raise ContentError(entry.file, key, f"回复“{words}”走不到 {action}", mend)

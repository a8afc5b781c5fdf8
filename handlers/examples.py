"""The examples (例句) of keyword rules, sent through the whole routing: a rule must get what it says it gets."""

from __future__ import annotations

from content.rules import refused_example
from core.messages import InboundMessage, Text
from core.resources import Resources
from handlers import routing
from handlers.registry import Registry


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

"""A rule whose example is answered by somebody else does not start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from content.rules import RuleConflict, Rules
from core.resources import Resources
from handlers import examples, registry
from handlers.registry import Registry


def written(folder: Path, example: str) -> Rules:
    rule = f'[[rule]]\naction = "events.list"\ncontains = ["报名"]\nexamples = ["{example}"]\n'
    (folder / "ours.toml").write_text(rule, encoding="utf-8")
    return Rules.load(folder)


def test_all_shipped_rules_get_their_examples(registry: Registry, resources: Resources) -> None:
    examples.check(registry, resources)


@pytest.mark.parametrize(
    ("example", "owner"),
    [("报名没用了，我不想活了", "crisis"), ("报名好烦，最近压力好大，睡不着", "concern")],
)
def test_an_example_that_another_stage_takes_is_refused_with_the_reason(
    tmp_path: Path, resources: Resources, example: str, owner: str
) -> None:
    ours = replace(resources, rules=written(tmp_path, example))
    with pytest.raises(RuleConflict) as refusal:
        examples.check(registry.load(ours.rules), ours)
    words = str(refusal.value)
    assert all(part in words for part in (example, "（events.list）", f"被 {owner} 先接走", "ours.toml"))


@pytest.mark.parametrize(
    ("text", "action"),
    [("取消预约的咨询", "referral.withdraw"), ("心理热线电话是多少", "crisis.numbers")],
)
def test_a_rule_that_leads_to_help_wins_over_the_intent(lin, text: str, action: str) -> None:
    lin.says(text)
    assert lin.route == f"keyword:{action}"

"""The order of the stages (路由): who gets a message, when several want it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.contacts import conversations
from core.errors import ConfigurationError
from core.messages import Image, InboundMessage, Text
from core.resources import Resources
from handlers import routing
from handlers.context import Context
from handlers.registry import PASS, REQUIRED_ACTIONS, Goto, Registry, Router
from handlers.routing import Situation
from tests.support.people import Person

Cast = Callable[[str], Person]


def routes(registry: Registry, resources: Resources, text: str, expecting: str = "") -> list[str]:
    message = InboundMessage("o_lin", "gh_1", 0, "1", Text(text))
    situation = Situation(message, resources.understanding.judge(text), expecting, resources)
    return [decision.name for decision in routing.decisions(registry, situation)]


def test_the_order_is_crisis_dialogue_push_and_only_then_words() -> None:
    names = [stage.__name__ for stage in routing.STAGES]
    assert names == [
        "crisis", "tapped", "conversation", "pushed",
        "concern", "both", "keyword", "intent", "ask_back", "search", "by_type", "fallback",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expecting", "first"),
    [
        ("我不想活了", "referral.topic", "crisis"),
        ("我不想活了，取消报名", "", "crisis"),
        ("同意", "referral.consent", "step:referral.consent"),
        ("取消", "referral.consent", "cancel"),
        ("菜单", "referral.topic", "cancel"),
        ("最近压力好大，睡不着，想报名", "", "concern"),
        ("我要报名", "", "keyword:events.list"),
        ("找老师", "", "keyword:referral.start"),
    ],
)
def test_who_comes_first(registry: Registry, resources: Resources, text: str, expecting: str, first: str) -> None:
    assert routes(registry, resources, text, expecting)[0] == first


def test_there_is_always_a_last_one(registry: Registry, resources: Resources) -> None:
    for text in ("阿巴阿巴", "", "我要报名", "我不想活了"):
        assert routes(registry, resources, text)[-1] == "fallback"


def test_nothing_but_a_keyword_is_served_also_right_after_distress(lin: Person) -> None:
    lin.says("转人工")
    lin.says("最近压力好大，我爸妈老吵架")
    assert lin.says("撤回求助").key == "referrals.ask_withdraw"


def test_what_has_no_words_is_no_answer_and_leaves_the_dialogue_open(lin: Person) -> None:
    lin.says("找老师")
    assert lin.sends(Image("http://example.org/p.jpg", "m")).key == "media.picture"
    assert lin.dialogue.expecting == "referral.consent"


# --- leading on -------------------------------------------------------------------------------------------------


def house(answer: Callable[[InboundMessage, Context], object]) -> Registry:
    """A house of one question; every other action says its name's text."""
    router = Router("house")
    for name in {*REQUIRED_ACTIONS} - {"fallback"}:
        router.action(name)(lambda message, ctx: PASS)
    router.action("fallback")(lambda message, ctx: ctx.say("fallback.nothing"))
    router.action("there")(lambda message, ctx: ctx.say("common.plain_success") if ctx.argument == "7" else PASS)
    router.step("here")(answer)  # type: ignore[arg-type]
    return Registry({"tests": router}, ())  # type: ignore[arg-type]


def answered(lin: Person, registry: Registry) -> str:
    lin.town.registry = registry
    dialogue = lin.dialogue
    dialogue.begin("here")
    conversations.save(lin.town.session, [dialogue])
    return lin.says("橙子").key


def test_a_step_may_lead_to_another_features_action_with_an_argument(lin: Person) -> None:
    assert answered(lin, house(lambda message, ctx: Goto("there:7"))) == "common.plain_success"
    assert lin.route == "step:here>there"


def test_where_it_leads_may_pass_too(lin: Person) -> None:
    assert answered(lin, house(lambda message, ctx: Goto("there:8"))) == "fallback.nothing"


def test_leading_to_nobody_is_a_fault_that_names_both(lin: Person) -> None:
    with pytest.raises(AssertionError, match="step:here leads to 'nowhere'"):
        answered(lin, house(lambda message, ctx: Goto("nowhere")))


# --- start-up ---------------------------------------------------------------------------------------------------


def test_two_modules_that_claim_one_action_do_not_start() -> None:
    one, other = Router("one"), Router("other")
    for router in (one, other):
        router.action("same")(lambda message, ctx: PASS)
    with pytest.raises(ConfigurationError, match="'same' is claimed by"):
        Registry({"handlers.one": one, "handlers.other": other}, ())  # type: ignore[arg-type]


def test_a_house_without_a_fallback_does_not_start() -> None:
    with pytest.raises(ConfigurationError, match="no handler offers"):
        Registry({"handlers.one": Router("one")}, ())  # type: ignore[arg-type]

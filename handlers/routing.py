"""The order in which a message is offered to routes: one visible tuple of stages, each with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from content.lexicon import GRAVE
from core.messages import Click, InboundMessage, PushEvent, Reply, Scan, Subscribe
from core.resources import Resources
from core.study.finding import articles_about
from core.understanding import Judgement
from core.understanding.slots import is_cancel
from handlers.context import Context
from handlers.crisis import answer_key
from handlers.registry import Goto, Pass, Registry, Route

# Where an intent leads; counseling is asked for with consent.
INTENT_ACTIONS = {
    "study": "study.list",
    "events": "events.list",
    "venue": "venues.ask",
    "aid": "aid.info",
    "human": "human.ask",
    "help": "menu.help",
    "privacy": "privacy.show",
    "counseling": "referral.start",
}
CONFIDENT = 0.5
# Rules that lead to help themselves: “取消预约的咨询”, “心理热线电话是多少”.
HELPING = ("referral.", "crisis.")
# Asked in the middle of anything, even where any words would do for an answer.
COMMANDS = ("referral.progress", "referral.withdraw", "crisis.numbers", "human.ask")


@dataclass(frozen=True)
class Situation:
    """What a stage may look at: pure values, so that `explain` needs no database."""

    message: InboundMessage
    judgement: Judgement
    expecting: str
    resources: Resources


@dataclass(frozen=True)
class Decision:
    """A route that wants the message, and why."""

    name: str
    route: Route
    reasons: tuple[str, ...]
    argument: str = ""

    def opens_with(self, judgement: Judgement) -> str:
        """The key of the text that this route answers a first message with."""
        return answer_key(judgement) if self.name == "crisis" else self.route.opens_with


Stage = Callable[[Registry, Situation], Iterator[Decision]]


def crisis(registry: Registry, at: Situation) -> Iterator[Decision]:
    """High and imminent risk come before everything, also in the middle of a dialogue."""
    if at.judgement.risk in GRAVE:
        yield Decision("crisis", registry.actions["crisis.answer"], at.judgement.reasons)


def conversation(registry: Registry, at: Situation) -> Iterator[Decision]:
    """A dialogue in progress: leave it, or answer its question."""
    step = registry.steps.get(at.expecting)
    if step is None or not _is_spoken(at.message):
        return
    if is_cancel(at.message.text):
        yield Decision("cancel", registry.actions["menu.cancel"], ("想离开这段对话",))
    elif not _whole_phrase(at) or (step.free_text and _whole_phrase(at) not in COMMANDS):
        yield Decision(step.name, step, (f"在回答：{at.expecting}",))


def pushed(registry: Registry, at: Situation) -> Iterator[Decision]:
    """Menu keys and QR scenes ask for actions by name; other events have a route for their type."""
    body = at.message.body
    key = body.key if isinstance(body, Click) else body.scene if isinstance(body, (Scan, Subscribe)) else ""
    if found := registry.action(key):
        route, argument = found
        reasons = (f"{'菜单' if isinstance(body, Click) else '二维码'}：{key}",)
        yield Decision(f"{body.kind}:{route.name}", route, reasons, argument)
    elif key and not isinstance(body, Subscribe):
        # A menu of last year, a poster with an old code: whoever tapped or scanned it still waits for something.
        yield Decision(f"{body.kind}:unknown", registry.actions["menu.help"], (f"没有这个动作：{key}",))
    if isinstance(body, PushEvent):
        yield from by_type(registry, at)
        yield Decision(f"push:{body.kind}", registry.actions["push.ignore"], (f"事件：{body.kind}，不需要回答",))


def concern(registry: Registry, at: Situation) -> Iterator[Decision]:
    """Distress without a danger named: support first, whatever keyword the words also hold.

    Nothing but a keyword is no distress in itself: the concern comes from what was written in the minutes before.
    """
    if at.judgement.risk == "concern" and not _whole_phrase(at):
        yield Decision("concern", registry.actions["crisis.support"], at.judgement.reasons)


def keyword(registry: Registry, at: Situation) -> Iterator[Decision]:
    """Keyword rules; words inside a longer message do not win against a call for help."""
    match = at.resources.rules.match(at.judgement.normal.text)
    if match and (match.whole or at.judgement.intent != "counseling" or match.rule.action.startswith(HELPING)):
        reasons = (f"关键词：{'、'.join(match.words)}", f"规则：{match.rule.name}")
        yield Decision(f"keyword:{match.rule.action}", registry.actions[match.rule.action], reasons)


def intent(registry: Registry, at: Situation) -> Iterator[Decision]:
    """What the whole message seems to want."""
    action = INTENT_ACTIONS.get(at.judgement.intent)
    if action and at.judgement.confidence >= CONFIDENT:
        reasons = (f"意图：{at.judgement.intent}（{at.judgement.confidence:.2f}）", *at.judgement.reasons)
        yield Decision(f"intent:{at.judgement.intent}", registry.actions[action], reasons)


def search(registry: Registry, at: Situation) -> Iterator[Decision]:
    """Articles that talk about it, when there are any."""
    if found := articles_about(at.resources.library, at.judgement.normal.text, 1):
        reasons = (f"学习专栏里有：《{found[0].title}》",)
        yield Decision("search", registry.actions["study.search"], reasons, at.judgement.normal.text)


def by_type(registry: Registry, at: Situation) -> Iterator[Decision]:
    """What has no words, or words that led nowhere: places, pictures, links …"""
    if route := registry.bodies.get(type(at.message.body)):
        yield Decision(route.name, route, (f"消息类型：{at.message.kind}",))


def fallback(registry: Registry, at: Situation) -> Iterator[Decision]:
    """Always something useful."""
    yield Decision("fallback", registry.actions["fallback"], ("没有规则认领",))


SPOKEN: tuple[Stage, ...] = (concern, keyword, intent, search)
STAGES: tuple[Stage, ...] = (crisis, conversation, pushed, *SPOKEN, by_type, fallback)


def decisions(registry: Registry, at: Situation) -> Iterator[Decision]:
    """All routes that want the message, best first."""
    stages = STAGES if _is_spoken(at.message) else (stage for stage in STAGES if stage not in SPOKEN)
    for stage in stages:
        yield from stage(registry, at)


def first(registry: Registry, at: Situation) -> Decision:
    """The route that would be asked first."""
    return next(decisions(registry, at))


def answer(registry: Registry, message: InboundMessage, ctx: Context) -> tuple[Decision, Reply]:
    """Offer the message to the routes in order until one answers."""
    situation = Situation(message, ctx.judgement, ctx.dialogue.expecting, ctx.resources)
    for decision in decisions(registry, situation):
        reply = decision.route.handle(message, ctx.with_argument(decision.argument))
        if isinstance(reply, Goto):
            decision, reply = _follow(registry, decision, reply, message, ctx)
        if not isinstance(reply, Pass):
            return decision, reply
    raise AssertionError("the fallback never passes")


def _follow(
    registry: Registry, decision: Decision, goto: Goto, message: InboundMessage, ctx: Context
) -> tuple[Decision, Reply | Pass]:
    found = registry.action(goto.action)
    assert found is not None, f"{decision.name} leads to {goto.action!r}, which no handler offers"
    route, argument = found
    reply = route.handle(message, ctx.with_argument(argument))
    assert not isinstance(reply, Goto), f"{goto.action!r} must answer, not lead on"
    reasons = (*decision.reasons, f"选了：{goto.action}")
    return Decision(f"{decision.name}>{route.name}", route, reasons, argument), reply


def _is_spoken(message: InboundMessage) -> bool:
    """Whether there are words in it: typed, spoken and recognised, or a shared link's title."""
    return bool(message.text.strip())


def _whole_phrase(at: Situation) -> str:
    """The action whose phrase the message is, and nothing else; or ""."""
    match = at.resources.rules.match(at.judgement.normal.text)
    return match.rule.action if match and match.whole else ""

"""The order in which a message is offered to routes: one visible tuple of stages, each with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from content.actions import ACTIONS
from content.lexicon import GRAVE
from core.messages import Click, InboundMessage, PushEvent, Reply, Scan, Subscribe, Text, TextReply
from core.resources import Resources
from core.study.finding import articles_about
from core.understanding import Judgement
from core.understanding.slots import is_cancel
from handlers.answers import joined
from handlers.asking_back import STEP, TAPPED
from handlers.context import Context
from handlers.crisis import answer_key
from handlers.registry import Goto, Pass, Registry, Route
from handlers.wishes import INTENT_ACTIONS, MENTIONS, plausible, two_wishes

# Below this the bot asks back instead of guessing; a little less is enough where nothing else is likely.
CONFIDENT, ALONE = 0.65, 0.5
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
    words: str = ""  # the part of the message that it answers, where it is not all of it
    also: str = ""  # the text that mentions what else was asked for

    def opens_with(self, judgement: Judgement) -> str:
        """The key of the text that this route answers a first message with."""
        return answer_key(judgement) if self.name == "crisis" else self.route.opens_with


Stage = Callable[[Registry, Situation], Iterator[Decision]]


def crisis(registry: Registry, at: Situation) -> Iterator[Decision]:
    """High and imminent risk come before everything, also in the middle of a dialogue."""
    if at.judgement.risk in GRAVE:
        yield Decision("crisis", registry.actions["crisis.answer"], at.judgement.reasons)


def tapped(registry: Registry, at: Situation) -> Iterator[Decision]:
    """A choice of a question that we asked back (msgmenu): its number says what it means, whatever its words."""
    body = at.message.body
    if isinstance(body, Text) and (action := TAPPED.get(body.menu_item_id)):
        yield Decision("tap", registry.actions["ask_back.tapped"], (f"点了选项：{ACTIONS[action]}",), action)


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


def both(registry: Registry, at: Situation) -> Iterator[Decision]:
    """Two wishes in one message: the more urgent one is followed, the other is mentioned."""
    is_grave = at.expecting.startswith("crisis.")  # nobody who was in danger a minute ago is sent elsewhere
    found = None if is_grave else two_wishes(at.judgement, at.resources)
    if found and not _whole_phrase(at):
        first, second = found
        reasons = (f"两件事：“{first.words}”和“{second.words}”", f"先回答：{ACTIONS[first.action]}")
        also = MENTIONS.get(second.action, "")
        yield Decision(f"both:{first.action}", registry.actions[first.action], reasons, "", first.words, also)


def keyword(registry: Registry, at: Situation) -> Iterator[Decision]:
    """Keyword rules; words inside a longer message do not win against a call for help that we are sure of."""
    match = at.resources.rules.match(at.judgement.normal.text)
    is_call = at.judgement.intent == "counseling" and at.judgement.confidence >= CONFIDENT
    if match and (match.whole or not is_call or match.rule.action.startswith(HELPING)):
        reasons = (f"关键词：{'、'.join(match.words)}", f"规则：{match.rule.name}")
        yield Decision(f"keyword:{match.rule.action}", registry.actions[match.rule.action], reasons)


def intent(registry: Registry, at: Situation) -> Iterator[Decision]:
    """What the whole message seems to want."""
    action = None if is_cancel(at.message.text) else INTENT_ACTIONS.get(at.judgement.intent)
    sure = at.judgement.confidence
    if action and sure >= ALONE and (sure >= CONFIDENT or not _is_open(at)):
        reasons = (f"意图：{at.judgement.intent}（{at.judgement.confidence:.2f}）", *at.judgement.reasons)
        yield Decision(f"intent:{at.judgement.intent}", registry.actions[action], reasons)


def _is_open(at: Situation) -> bool:
    """Whether something else is likely too; an article about the very words settles it for reading."""
    if len(plausible(at.judgement)) < 2:
        return False
    return at.judgement.intent != "study" or not articles_about(at.resources.library, at.judgement.normal.text, 1)


def ask_back(registry: Registry, at: Situation) -> Iterator[Decision]:
    """Not sure enough to act on it: ask, once, with what it may be as choices."""
    likely = plausible(at.judgement) if at.judgement.confidence < CONFIDENT and at.judgement.risk == "none" else ()
    if at.expecting != STEP and (len(likely) > 1 or at.judgement.intent in likely):
        reasons = (f"拿不准（{at.judgement.confidence:.2f}），可能是：{'、'.join(likely)}",)
        yield Decision("ask_back", registry.actions["ask_back"], reasons, ",".join(likely))


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


SPOKEN: tuple[Stage, ...] = (concern, both, keyword, intent, ask_back, search)
STAGES: tuple[Stage, ...] = (crisis, tapped, conversation, pushed, *SPOKEN, by_type, fallback)


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
        reply = decision.route.handle(message, _in_other_words(ctx, decision.words).with_argument(decision.argument))
        if isinstance(reply, Goto):
            decision, reply = _follow(registry, decision, reply, message, ctx)
        if not isinstance(reply, Pass):
            return decision, _mentioning(decision.also, reply, ctx)
    raise AssertionError("the fallback never passes")


def _follow(
    registry: Registry, decision: Decision, goto: Goto, message: InboundMessage, ctx: Context
) -> tuple[Decision, Reply | Pass]:
    found = registry.action(goto.action)
    assert found is not None, f"{decision.name} leads to {goto.action!r}, which no handler offers"
    route, argument = found
    if goto.words:
        message, ctx = replace(message, body=Text(goto.words)), _in_other_words(ctx, goto.words)
    reply = route.handle(message, ctx.with_argument(argument))
    assert not isinstance(reply, Goto), f"{goto.action!r} must answer, not lead on"
    reasons = (*decision.reasons, f"选了：{goto.action}")
    return Decision(f"{decision.name}>{route.name}", route, reasons, argument, also=decision.also), reply


def _in_other_words(ctx: Context, words: str) -> Context:
    return replace(ctx, judgement=ctx.resources.understanding.judge(words)) if words else ctx


def _mentioning(also: str, reply: Reply, ctx: Context) -> Reply:
    """The reply with one line about the other wish; never where somebody may be in danger (S5)."""
    if not also or ctx.judgement.risk != "none" or not isinstance(reply, TextReply) or reply.key.startswith("crisis."):
        return reply
    return joined(reply.key, reply, ctx.say(also))


def _is_spoken(message: InboundMessage) -> bool:
    """Whether there are words in it: typed, spoken and recognised, or a shared link's title."""
    return bool(message.text.strip())


def _whole_phrase(at: Situation) -> str:
    """The action whose phrase the message is, and nothing else; or ""."""
    match = at.resources.rules.match(at.judgement.normal.text)
    return match.rule.action if match and match.whole else ""

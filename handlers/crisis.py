"""Crisis (危机): the answer with the numbers, an urgent case in the same transaction, and listening on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from content.lexicon import GRAVE
from core.interactions import interactions
from core.messages import InboundMessage, Reply, TextReply
from core.referrals import cases
from core.resources import Resources
from core.understanding import Judgement
from core.understanding.people import is_about_another
from handlers.answers import chosen, joined, leave
from handlers.context import Context
from handlers.listening import add_to_case, alone, aside, asks_for_something_else, cause
from handlers.registry import Goto, Pass, Router

router = Router("crisis")

# Within this time a further crisis message is answered in other words (S9), and what follows is listened to.
SAME_CRISIS = timedelta(days=1)
ANSWERS = ("crisis.imminent", "crisis.high", "crisis.abuse", "crisis.friend", "crisis.again")
FRIEND = "crisis.friend"
OFFERS = ("请老师联系我", "看看相关文章")
# Besides the lines that fit everybody: who helps with this very trouble.
LINES = {"劳动权益": "referrals.lines.work", "法律维权": "referrals.lines.law"}
FRAUD = re.compile("骗|刷单|网贷")
THEY = re.compile("[他她]|ta")


def degraded(judgement: Judgement, resources: Resources, now: datetime, variant: int = 0) -> TextReply:
    """The answer while nothing can be stored: boot-loaded words, which claim nobody was told (R4, S4)."""
    return resources.say(f"crisis.degraded.{_kind(judgement)}", now, variant)


@router.action("crisis.answer", opens_with="crisis.high")
def answer_and_alert(message: InboundMessage, ctx: Context) -> Reply:
    """Give the numbers; the case, its alert and this answer are stored together or not at all (R7)."""
    judgement = ctx.judgement
    cases.open_crisis(ctx.session, ctx.contact, judgement.risk, judgement.topic, cause(ctx))
    ctx.dialogue.begin("crisis.listen")
    ctx.dialogue.keep_for(SAME_CRISIS)
    said = _said(ctx)
    key = FRIEND if _is_still_about_friend(ctx, said) else answer_key(judgement)
    if key in said and key != FRIEND:
        return ctx.say("crisis.again", len(said) - 1)
    # True only because the alert is written in the transaction that this answer waits for (S4).
    words = ctx.say(key, len(said), alerted=ctx.say("crisis.alerted").text)
    return joined(key, words, *_fitting_lines(ctx)) if key == "crisis.high" else words


@router.action("crisis.support", opens_with="crisis.concern")
def support(message: InboundMessage, ctx: Context) -> Reply:
    """Distress without danger: warm words, the numbers, and the offer of a counselor."""
    said = interactions.reply_keys_since(ctx.session, ctx.contact.id, ctx.now - SAME_CRISIS, ("crisis.concern",))
    words = ctx.say("crisis.concern", len(said), alerted="")
    case = cases.suggest(ctx.session, ctx.contact, ctx.judgement.topic, cause(ctx))
    if cases.is_asked(case):
        ctx.dialogue.begin("crisis.listen")
        return joined(words.key, words, *_fitting_lines(ctx), ctx.say("referrals.added", number=case.number))
    ctx.dialogue.begin("crisis.offer", topic=ctx.judgement.topic)
    return joined(words.key, words, *_fitting_lines(ctx), ctx.say("referrals.offer"))


@router.step("crisis.offer", free_text=True)
def take_offer(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """A counselor, something to read, or simply more words."""
    choice = chosen(message.text, OFFERS)
    if choice is None and (beside := aside(ctx)):
        return beside
    if choice is None and (ctx.judgement.risk != "none" or asks_for_something_else(ctx)):
        return leave(ctx)
    if choice is None:
        ctx.dialogue.expect("crisis.offer")
        return joined("referrals.listening", ctx.say("referrals.listening"), ctx.say("referrals.offer"))
    topic = ctx.dialogue.answers.get("topic") or "心理"
    ctx.dialogue.clear()
    return Goto("referral.start") if choice == 0 else Goto(f"study.search:{topic}")


@router.step("crisis.listen", free_text=True)
def listen(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """What is written after a crisis answer belongs to the case, unless it plainly asks for something else."""
    if beside := aside(ctx):
        return beside
    said = _said(ctx)
    is_about_friend = _is_still_about_friend(ctx, said)
    if (ctx.judgement.risk != "none" and not is_about_friend) or add_to_case(ctx) is None:
        return leave(ctx)
    ctx.dialogue.expect("crisis.listen")
    ctx.dialogue.keep_for(SAME_CRISIS)
    if is_about_friend:
        return ctx.say(FRIEND, len(said), alerted="")
    heard = interactions.reply_keys_since(ctx.session, ctx.contact.id, ctx.now - SAME_CRISIS, ("referrals.heard",))
    return ctx.say("referrals.heard", len(heard))


@router.action("crisis.prevention")
def tell_of_prevention(message: InboundMessage, ctx: Context) -> Reply:
    """A lecture on prevention is asked for: how to find it, and the numbers, never a refusal (S10)."""
    return ctx.say("crisis.prevention")


@router.action("crisis.numbers")
def give_numbers(message: InboundMessage, ctx: Context) -> Reply:
    """The help lines; hours are said only where somebody checked them (S3)."""
    return ctx.say("crisis.numbers")


def answer_key(judgement: Judgement) -> str:
    """The key of the first answer to a crisis message."""
    return f"crisis.{_kind(judgement)}"


def _said(ctx: Context) -> list[str]:
    """The crisis answers of the last day, oldest first."""
    return interactions.reply_keys_since(ctx.session, ctx.contact.id, ctx.now - SAME_CRISIS, ANSWERS)


def _is_still_about_friend(ctx: Context, said: Sequence[str]) -> bool:
    """Whether all so far was worry for somebody else, and these words name no danger of the writer's own (S10)."""
    if set(said) != {FRIEND}:
        return False
    judgement = alone(ctx)
    return judgement.risk not in GRAVE or judgement.third_party or _speaks_of_them(judgement.normal.text)


def _speaks_of_them(text: str) -> bool:
    # “她说她要跳楼” names nobody, but the friend was named before.
    return THEY.search(text) is not None and is_about_another(f"朋友{text}")


def _fitting_lines(ctx: Context) -> list[TextReply]:
    """Who helps with this very trouble, besides those who listen to everybody."""
    key = "referrals.lines.fraud" if FRAUD.search(ctx.judgement.normal.text) else LINES.get(ctx.judgement.topic)
    return [ctx.say(key)] if key else []


def _kind(judgement: Judgement) -> str:
    if judgement.risk not in GRAVE:
        return "concern"
    if judgement.abuse:
        # First: who is hurt at home speaks of others too, and must not be thanked for caring about them.
        return "abuse"
    return "friend" if judgement.third_party else judgement.risk

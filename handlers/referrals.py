"""Referral (转介) to a 12355 counselor: consent, what it is about, how to be reached; progress and withdrawal."""

from __future__ import annotations

import hashlib
from datetime import datetime

from core.clock import say_day
from core.contacts import consents
from core.contacts.models import Consent
from core.messages import InboundMessage, Reply, TextReply
from core.referrals import cases
from core.referrals.cases import Request
from core.referrals.models import Referral
from core.referrals.topics import TOPICS
from core.understanding import is_no, is_yes, ordinal, phone
from handlers.answers import SLIP, ask_again_or_leave, chosen, joined, leave
from handlers.context import Context
from handlers.listening import add_to_case, aside, asks_for_something_else, cause
from handlers.paging import OUT_OF_RANGE, SHOWN, ask_again, has_more, page, pick, wants_more, window
from handlers.registry import Goto, Pass, Router

router = Router("referrals")

CONSENT_TEXTS = ("referrals.ask_consent", "referrals.explain")
WAYS = {"就在微信里": ("wechat",), "打电话": ("phone",), "都可以": ("wechat", "phone")}
TIMES = ("after_school", "evening", "weekend")
SKIP = ("跳过", "没有", "没有手机", "不想留", "不留", "不想说")


@router.action("referral.start", opens_with="referrals.ask_consent")
def ask_consent(message: InboundMessage, ctx: Context) -> Reply:
    """Ask for informed consent (知情同意) before anything is written down."""
    case = cases.find_asked(ctx.session, ctx.contact)
    if case is not None and case.consent_id is not None:
        cases.add_message(ctx.session, case, cause(ctx))
        ctx.dialogue.begin("referral.more")
        return ctx.say("referrals.already_open", number=case.number)
    ctx.dialogue.begin("referral.consent", risk=ctx.judgement.risk)
    return ctx.say("referrals.ask_consent")


@router.step("referral.consent", free_text=True)
def take_consent(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """Yes, no, or first the explanation; a doubt is no yes."""
    if beside := aside(ctx):
        return beside
    choice = chosen(message.text, ("同意", "不同意", "先看看说明"))
    if choice == 0 or (choice is None and _agrees(ctx)):
        return _ask_topic(ctx, 0, agreed_at=ctx.now.isoformat(), version=_version(ctx))
    if choice == 1 or (choice is None and is_no(message.text)):
        return _respect_refusal(ctx)
    if choice == 2 or "说明" in message.text:
        return joined("referrals.explain", ctx.say("referrals.explain"), ctx.say("referrals.ask_consent"))
    if asks_for_something_else(ctx):
        return leave(ctx)
    return joined("referrals.consent_unclear", ctx.say("referrals.consent_unclear"), ctx.say("referrals.ask_consent"))


@router.step("referral.topic", free_text=True)
def take_topic(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """A number, a title, “更多”, or the person's own words."""
    start = ctx.dialogue.answers["start"]
    if wants_more(message.text):
        return _ask_topic(ctx, start + SHOWN if has_more(len(TOPICS), start) else 0)
    is_number = ordinal(message.text) is not None
    # By exactly its title: “家里的事让我很烦” are words of their own, to be kept.
    choice = pick(message.text, _titles(ctx), start) if is_number else chosen(message.text, _titles(ctx))
    if choice == OUT_OF_RANGE:
        return ask_again(ctx, _ask_topic(ctx, start))
    if choice is None:
        topic, summary = ctx.judgement.topic or "其他", message.text.strip()
    else:
        topic, summary = list(TOPICS.values())[choice], ""
    ctx.dialogue.expect("referral.reach", topic=topic, summary=summary, risk=_higher(ctx))
    return ctx.say("referrals.ask_reach")


@router.step("referral.reach")
def take_way(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """In WeChat, by telephone, or either."""
    choice = chosen(message.text, tuple(WAYS))
    if choice is None:
        return ask_again_or_leave(ctx, ctx.say("referrals.ask_reach"), SLIP)
    ways = list(WAYS.values())[choice]
    if "phone" not in ways:
        return _ask_when(ctx, ways)
    ctx.dialogue.expect("referral.phone", ways=ways)
    return ctx.say("referrals.ask_phone")


@router.step("referral.phone", free_text=True)
def take_phone(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """A mobile number, or none after all."""
    if ctx.judgement.normal.text in SKIP or is_no(message.text):
        return _ask_when(ctx, ("wechat",))
    number = phone(message.text)
    if number is None:
        return ctx.say("referrals.phone_unclear")
    return _ask_when(ctx, ctx.dialogue.answers["ways"], number)


@router.step("referral.when", free_text=True)
def open_case(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """The last answer: the consent, the case and its alert are written together."""
    titles = [ctx.say(f"referrals.when.{time}").text for time in TIMES]
    choice = chosen(message.text, titles)
    answers = ctx.dialogue.answers
    reach = {"ways": answers["ways"], "phone": answers["phone"]}
    if choice is None:
        reach["when"] = message.text.strip()
    request = Request(
        topic=answers["topic"],
        summary=answers["summary"],
        reach=reach,
        reach_when=TIMES[choice] if choice is not None else "own_words",
        risk=_higher(ctx),
    )
    case = cases.open_with_consent(ctx.session, ctx.contact, request, _consent(ctx), cause(ctx))
    ctx.dialogue.begin("referral.more")
    return ctx.say("referrals.opened", number=case.number)


@router.action("referral.progress", opens_with="referrals.progress.waiting")
def tell_progress(message: InboundMessage, ctx: Context) -> Reply:
    """Where it stands, in neutral words and without content: somebody else may hold the phone."""
    case = cases.latest(ctx.session, ctx.contact)
    if case is None:
        ctx.dialogue.begin("referral.offer")
        return ctx.say("referrals.progress.none")
    if case.is_open:
        ctx.dialogue.begin("referral.more")
    opened = say_day(case.opened_at, ctx.now)
    return ctx.say(f"referrals.progress.{cases.progress(case)}", number=case.number, opened=opened)


@router.step("referral.offer")
def take_offer(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """“1” after “要请老师联系你吗”."""
    if chosen(message.text, ("请老师联系我",)) == 0 or is_yes(message.text):
        return Goto("referral.start")
    return ask_again_or_leave(ctx, ctx.say("referrals.progress.none"))


@router.step("referral.more", free_text=True)
def take_more(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """Whatever is added goes into the case, unless it plainly asks for something else."""
    if beside := aside(ctx):
        return beside
    case = add_to_case(ctx) if ctx.judgement.risk == "none" else None
    if case is None:
        return leave(ctx)
    ctx.dialogue.expect("referral.more")
    return ctx.say("referrals.added_more", number=case.number)


@router.action("referral.withdraw", opens_with="referrals.ask_withdraw")
def ask_withdraw(message: InboundMessage, ctx: Context) -> Reply:
    """Ask once, without a why."""
    case = cases.find_asked(ctx.session, ctx.contact)
    if case is None:
        cases.decline(ctx.session, ctx.contact, cause(ctx))
        return ctx.say("referrals.nothing_to_withdraw")
    ctx.dialogue.begin("referral.withdraw.confirm")
    return _ask_withdraw(ctx, case)


@router.step("referral.withdraw.confirm")
def withdraw(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """As easy as giving (P2); a case of somebody in danger stays, and that is said."""
    case = cases.find_asked(ctx.session, ctx.contact)
    if case is None:
        return leave(ctx)
    choice = chosen(message.text, ("撤回", "先留着"))
    if choice is None:
        choice = 0 if _agrees(ctx) else 1 if ctx.judgement.normal.text.startswith(("不", "别")) else None
    if choice is None:
        return ask_again_or_leave(ctx, _ask_withdraw(ctx, case), SLIP)
    ctx.dialogue.clear()
    if choice == 1:
        return ctx.say("referrals.kept", number=case.number)
    is_withdrawn = cases.withdraw(ctx.session, case, ctx.contact, cause(ctx))
    return ctx.say("referrals.withdrawn" if is_withdrawn else "referrals.withdraw_noted")


def _ask_withdraw(ctx: Context, case: Referral) -> TextReply:
    # What cannot be kept is not promised.
    key = "referrals.ask_withdraw_held" if cases.is_held_by_danger(case) else "referrals.ask_withdraw"
    return ctx.say(key, number=case.number)


def _agrees(ctx: Context) -> bool:
    # “嗯？” asks, it does not agree.
    return is_yes(ctx.judgement.normal.text) and "?" not in ctx.judgement.normal.text


def _respect_refusal(ctx: Context) -> Reply:
    # The refusal itself stands in the interaction; nothing else is kept of it.
    ctx.dialogue.clear()
    cases.decline(ctx.session, ctx.contact, cause(ctx))
    held = cases.find_open(ctx.session, ctx.contact)
    return ctx.say("referrals.declined_held", number=held.number) if held else ctx.say("referrals.declined")


def _ask_topic(ctx: Context, start: int, **answers: str) -> TextReply:
    ctx.dialogue.expect("referral.topic", start=start, **answers)
    key = "referrals.ask_topic" if has_more(len(TOPICS), start) else "referrals.ask_topic_last"
    return ctx.say(key, topics=page(window(_titles(ctx), start), start))


def _titles(ctx: Context) -> list[str]:
    return [ctx.say(f"referrals.topics.{name}").text for name in TOPICS]


def _ask_when(ctx: Context, ways: tuple[str, ...], number: str = "") -> Reply:
    ctx.dialogue.expect("referral.when", ways=ways, phone=number)
    return ctx.say("referrals.ask_when")


def _higher(ctx: Context) -> str:
    """The graver of what this and the earlier words of the dialogue showed."""
    return cases.graver(ctx.dialogue.answers.get("risk", "none"), ctx.judgement.risk)


def _consent(ctx: Context) -> Consent:
    answers = ctx.dialogue.answers
    at = datetime.fromisoformat(answers["agreed_at"])
    return consents.give(ctx.session, ctx.contact, consents.REFERRAL, answers["version"], at)


def _version(ctx: Context) -> str:
    """Which wording was agreed to: any edit of the texts is a new version (P2)."""
    wording = "\n".join(ctx.resources.texts.entry(key).variants[0] for key in CONSENT_TEXTS)
    return f"referral-{hashlib.sha256(wording.encode()).hexdigest()[:12]}"

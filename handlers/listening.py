"""Going on listening (接着说): words that belong to a case in progress, and words that ask for something else."""

from __future__ import annotations

from content.rules import Match
from core.referrals import cases
from core.referrals.cases import Cause
from core.referrals.models import Referral
from core.understanding import Judgement
from handlers.context import Context
from handlers.registry import Goto

# The menu is asked for by these; “有人吗” of somebody who waits for an answer is no wish for it.
MENU_WORDS = ("菜单", "功能", "服务", "做什么", "干什么", "怎么用")
NUMBERS = "crisis.numbers"
SMALL_TALK = "talk."
# Answered while we listen. A “再见” then is no small talk: it is heard, with the numbers (S9, S11).
ASIDES = ("talk.thanks", "talk.human_or_bot", "talk.secret")


def cause(ctx: Context) -> Cause:
    """The message at hand, as what a case changes because of."""
    return Cause(ctx.interaction_id, ctx.now)


def add_to_case(ctx: Context) -> Referral | None:
    """Add the message to the person's open case; None when there is none, or the words ask for something else."""
    case = cases.find_open(ctx.session, ctx.contact)
    if case is None or asks_for_something_else(ctx):
        return None
    cases.add_message(ctx.session, case, cause(ctx))
    return case


def asks_for_something_else(ctx: Context) -> bool:
    """Whether the words are plainly for another feature."""
    text = ctx.judgement.normal.text
    match = ctx.resources.rules.match(text)
    if match is None:
        return ctx.judgement.asked_for not in ("counseling", "other", "help")
    if match.rule.action == "menu.help":
        return any(word in text for word in MENU_WORDS)
    return not match.rule.action.startswith(SMALL_TALK)


def aside(ctx: Context) -> Goto | None:
    """Thanks, “are you real”, or a wish for the numbers: answered beside the dialogue, which goes on as before."""
    match = ctx.resources.rules.match(ctx.judgement.normal.text)
    if match is None or not _is_aside(ctx, match):
        return None
    if case := cases.find_open(ctx.session, ctx.contact):
        cases.add_message(ctx.session, case, cause(ctx))
    return Goto(match.rule.action)


def alone(ctx: Context) -> Judgement:
    """The judgement of this message by itself, whatever was written in the minutes before."""
    return ctx.resources.understanding.judge(ctx.judgement.normal.original)


def _is_aside(ctx: Context, match: Match) -> bool:
    if match.rule.action == NUMBERS:
        return match.whole or alone(ctx).risk == "none"
    return match.whole and match.rule.action in ASIDES

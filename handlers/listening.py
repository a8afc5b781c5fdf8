"""Going on listening (接着说): words that belong to a case in progress, and words that ask for something else."""

from __future__ import annotations

from core.referrals import cases
from core.referrals.cases import Cause
from core.referrals.models import Referral
from handlers.context import Context


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
    if match := ctx.resources.rules.match(ctx.judgement.normal.text):
        # “有人吗” of somebody who waits for an answer is no wish for the menu.
        return match.rule.action != "menu.help"
    return ctx.judgement.intent not in ("counseling", "other", "help")

"""Privacy (隐私): what we hold, a copy of it, and erasing it; and the platform's own orders to erase (platform B4)."""

from __future__ import annotations

from content.rules import fold
from core.clock import say_day
from core.messages import InboundMessage, NoReply, PrivacyChange, Reply, TextReply
from core.privacy import erasure, holdings, links
from handlers.answers import ask_again_or_leave, chosen, joined, leave
from handlers.context import Context
from handlers.listening import asks_for_something_else
from handlers.registry import Pass, Router

router = Router("privacy")

CONFIRMED = "确认删除"
CANCELLED = "user_authorization_cancellation"
REVOKED = "user_authorization_revoke"
EVERYTHING = "301"
LOCATIONS = {"206", "13", "18"}


@router.action("privacy.show")
def show_holdings(message: InboundMessage, ctx: Context) -> Reply:
    """Counts in plain words, and what one can do about them."""
    ctx.dialogue.begin("privacy.choose")
    return _holdings(ctx)


@router.step("privacy.choose")
def take_choice(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """A copy, or erase."""
    choice = chosen(message.text, ("下载一份", "删除"))
    if choice is None:
        return ask_again_or_leave(ctx, _holdings(ctx))
    return ask_to_confirm(message, ctx) if choice else give_link(message, ctx)


@router.action("privacy.export", opens_with="privacy.link")
def give_link(message: InboundMessage, ctx: Context) -> Reply:
    """An address that shows and gives everything, for a day; “2” still erases afterwards."""
    ctx.dialogue.begin("privacy.choose")
    return ctx.say("privacy.link", url=ctx.resources.page(f"privacy/{links.make(ctx.contact, ctx.now)}"))


@router.action("privacy.erase", opens_with="privacy.ask_erase")
def ask_to_confirm(message: InboundMessage, ctx: Context) -> Reply:
    """What goes, what stays and why, before anything does."""
    ctx.dialogue.begin("privacy.erase.confirm")
    return _question(ctx)


@router.step("privacy.erase.confirm", free_text=True)
def erase(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """Only these very words erase: it cannot be undone."""
    if fold(message.text) != CONFIRMED:
        if asks_for_something_else(ctx) and "删" not in message.text:
            return leave(ctx)
        return joined("privacy.not_confirmed", ctx.say("privacy.not_confirmed"), _question(ctx))
    ctx.dialogue.clear()
    done = erasure.erase(ctx.session, ctx.contact, ctx.now, "asked")
    return ctx.say("privacy.erased_but_held" if done.counts["held"] else "privacy.erased")


@router.on(PrivacyChange)
def obey_platform(message: InboundMessage, ctx: Context) -> Reply:
    """Erase what the person took back at WeChat; the push itself, which is stored, notes the rest."""
    body = message.body
    assert isinstance(body, PrivacyChange)
    if body.event == CANCELLED or (body.event == REVOKED and EVERYTHING in body.revoked):
        ctx.dialogue.clear()
        erasure.erase(ctx.session, ctx.contact, ctx.now, f"platform:{body.event}")
    elif body.event == REVOKED and LOCATIONS & set(body.revoked):
        erasure.erase_locations(ctx.session, ctx.contact, ctx.now)
    return NoReply()


def _holdings(ctx: Context) -> TextReply:
    held = holdings.of(ctx.session, ctx.contact)
    examples = ctx.say("privacy.examples", number=held.examples).text if held.examples else ""
    return ctx.say(
        "privacy.show",
        since=say_day(held.since, ctx.now),
        messages=held.messages,
        signups=held.signups,
        cases=held.cases,
        consents=held.consents,
        examples=examples,
    )


def _question(ctx: Context) -> TextReply:
    number = holdings.of(ctx.session, ctx.contact).held_case
    held = ctx.say("privacy.held", number=number).text if number else ""
    return ctx.say("privacy.ask_erase", held=held)

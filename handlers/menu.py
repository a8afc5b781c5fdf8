"""The menu (菜单) as words, leaving a dialogue (取消), and pushes that need no answer."""

from __future__ import annotations

from content.actions import ACTIONS
from core.messages import InboundMessage, NoReply, Reply, TextReply, Unknown
from handlers.answers import ask_again_or_leave
from handlers.context import Context
from handlers.paging import OUT_OF_RANGE, SHOWN, has_more, page, pick, wants_more, window
from handlers.registry import Goto, Pass, Router

router = Router("menu")

# In the order in which they are offered, three at a time; their names are ACTIONS of content/actions.py.
OFFERED = (
    "referral.start", "events.list", "study.list",
    "venues.nearest", "aid.info", "crisis.numbers",
    "events.mine", "referral.progress", "privacy.show",
)  # fmt: skip
TITLES = [ACTIONS[action] for action in OFFERED]
# What is still true after leaving a step where something was stored already.
LEFT = {
    "crisis.listen": "menu.left_crisis",
    "crisis.offer": "menu.left_offer",
    "human.note": "menu.left_case",
    "referral.more": "menu.left_case",
}
# Steps whose last answer submits or changes something; the others only show.
SUBMITTING = (
    "events.answer", "events.confirm", "events.wait", "events.cancel_confirm", "privacy.erase.confirm",
    "referral.consent", "referral.topic", "referral.reach", "referral.phone", "referral.when",
    "referral.withdraw.confirm",
)  # fmt: skip


@router.action("menu.help")
def show_menu(message: InboundMessage, ctx: Context) -> Reply:
    """What one can ask for, three things at a time."""
    return _show(ctx, 0)


@router.step("menu.choose")
def take_choice(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """Lead to what was chosen."""
    start = ctx.dialogue.answers["start"]
    if wants_more(message.text):
        return _show(ctx, start + SHOWN if has_more(len(OFFERED), start) else 0)
    choice = pick(message.text, TITLES, start)
    if choice is None or choice == OUT_OF_RANGE:
        return ask_again_or_leave(ctx, _page(ctx, start))
    ctx.dialogue.clear()
    return Goto(OFFERED[choice])


@router.action("menu.cancel", opens_with="common.cancelled")
def cancel(message: InboundMessage, ctx: Context) -> Reply:
    """Leave the dialogue, and say what that means for what was begun."""
    step = ctx.dialogue.expecting
    ctx.dialogue.clear()
    if not step:
        return ctx.say("common.nothing_to_cancel")
    if "菜单" in message.text:
        # Somebody who left by “菜单” wants to see it; a case that is open stays so.
        return show_menu(message, ctx)
    return ctx.say(LEFT.get(step) or ("common.cancelled" if step in SUBMITTING else "menu.left_list"))


@router.action("push.ignore")
def ignore(message: InboundMessage, ctx: Context) -> Reply:
    """A push that needs no answer; it is stored all the same."""
    return NoReply()


@router.on(Unknown)
def store_only(message: InboundMessage, ctx: Context) -> Reply:
    """Genuine, but of a type nobody told us of (R6); a place that cannot be read was sent by somebody who waits."""
    body = message.body
    return ctx.say("venues.bad_location") if isinstance(body, Unknown) and body.name == "location" else NoReply()


def _show(ctx: Context, start: int) -> TextReply:
    ctx.dialogue.begin("menu.choose", start=start)
    return _page(ctx, start)


def _page(ctx: Context, start: int) -> TextReply:
    key = "menu.help" if start == 0 else "menu.more" if has_more(len(OFFERED), start) else "menu.last"
    return ctx.say(key, choices=page(window(TITLES, start), start))

"""Asking back (反问): what the words may mean, as two or three choices; to tap where the account has the right."""

from __future__ import annotations

from content.actions import ACTIONS
from content.rules import fold
from core.messages import InboundMessage, Reply, TextReply
from core.outbox import menus
from core.outbox.letters import MenuLetter
from core.understanding import is_no
from handlers.answers import ask_again_or_leave
from handlers.context import Context
from handlers.paging import OUT_OF_RANGE, page, pick
from handlers.registry import Goto, Pass, Router
from handlers.wishes import INTENT_ACTIONS

router = Router("asking_back")

STEP = "ask_back.choose"
# What a tapped choice is called on the wire (bizmsgmenuid): menus stay in chats for years, so a number is never reused.
TAPPED = {
    "101": "study.list",
    "102": "events.list",
    "103": "venues.ask",
    "104": "aid.info",
    "105": "human.ask",
    "106": "privacy.show",
    "107": "referral.start",
}
_NUMBERS = {action: number for number, action in TAPPED.items()}
# Whoever could not say what they need may need somebody to say it to.
SOMEBODY = "referral.start"
FEWEST = 2
NEITHER = frozenset({"都不是", "都不对", "不是这些", "没有我要的", "以上都不是"})


@router.action("ask_back", opens_with="ask_back.which")
def ask_which(message: InboundMessage, ctx: Context) -> Reply:
    """Offer what `ctx.argument` names, intents with commas between them."""
    offers = [INTENT_ACTIONS[name] for name in ctx.argument.split(",")]
    if len(offers) < FEWEST and SOMEBODY not in offers:
        offers.append(SOMEBODY)
    if len(offers) < FEWEST:
        offers.append("menu.help")
    # The words are kept for whoever answers in the end: “周六那个” tells more than “1”.
    ctx.dialogue.begin(STEP, offers=offers, words=message.text)
    if ctx.resources.has_customer_service and "menu.help" not in offers and _owe_menu(ctx, offers):
        return ctx.say("ask_back.tap")
    return _question(ctx, offers)


@router.step(STEP)
def take_choice(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """Lead to what was chosen, with the words that were not clear before."""
    offers, words = ctx.dialogue.answers["offers"], ctx.dialogue.answers["words"]
    if (is_no(message.text) and fold(message.text) != "2") or fold(message.text) in NEITHER:
        ctx.dialogue.clear()
        return ctx.say("ask_back.neither")
    choice = pick(message.text, [ACTIONS[action] for action in offers])
    if choice is None or choice == OUT_OF_RANGE:
        return ask_again_or_leave(ctx, _question(ctx, offers))
    ctx.dialogue.clear()
    return Goto(offers[choice], words)


@router.action("ask_back.tapped")
def take_tap(message: InboundMessage, ctx: Context) -> Goto:
    """A choice that was tapped, perhaps long after it was asked: `ctx.argument` is its action."""
    words = ctx.dialogue.answers["words"] if ctx.dialogue.expecting == STEP else ""
    ctx.dialogue.clear()
    return Goto(ctx.argument, words)


def _question(ctx: Context, offers: list[str]) -> TextReply:
    return ctx.say("ask_back.which", choices=page([ACTIONS[action] for action in offers], 0))


def _owe_menu(ctx: Context, offers: list[str]) -> bool:
    items = {_NUMBERS[action]: ACTIONS[action] for action in offers}
    letter = MenuLetter(ctx.say("ask_back.head").text, items, ctx.say("ask_back.tail").text)
    return menus.owe(ctx.session, ctx.contact, ctx.interaction_id, letter, STEP, ctx.now)

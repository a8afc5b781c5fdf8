"""Small words (闲聊): thanks, good night, “are you real”, “will you tell my mum”. None of them ends a dialogue."""

from __future__ import annotations

from core.messages import InboundMessage, Reply
from handlers.context import Context
from handlers.registry import Router

router = Router("talk")


@router.action("talk.thanks")
def accept_thanks(message: InboundMessage, ctx: Context) -> Reply:
    """谢谢, 没事了: gladly, and the door stays open."""
    return ctx.say("talk.thanks")


@router.action("talk.bye")
def say_good_night(message: InboundMessage, ctx: Context) -> Reply:
    """晚安, 再见."""
    return ctx.say("talk.bye")


@router.action("talk.human_or_bot")
def say_what_we_are(message: InboundMessage, ctx: Context) -> Reply:
    """你是真人吗: the truth, and how to reach a person."""
    return ctx.say("talk.human_or_bot")


@router.action("talk.secret")
def say_who_reads(message: InboundMessage, ctx: Context) -> Reply:
    """会不会告诉我妈: no promise of absolute secrecy (S8)."""
    return ctx.say("talk.secret")


@router.action("talk.insult")
def stay_calm(message: InboundMessage, ctx: Context) -> Reply:
    """Rude words are often a bad day; no lecture."""
    return ctx.say("talk.insult")


@router.action("talk.laugh")
def laugh_along(message: InboundMessage, ctx: Context) -> Reply:
    """哈哈, 知道了: words that ask for nothing."""
    return ctx.say("talk.laugh")

"""Help with the costs of school (希望工程、圆梦行动、助学): what there is, where to read on, whom to ask."""

from __future__ import annotations

from core.messages import InboundMessage, Reply, TextReply
from handlers.answers import ask_again_or_leave, chosen
from handlers.context import Context
from handlers.registry import Goto, Pass, Router

router = Router("aid")

WORDS = ("助学", "申请", "希望工程")
CHOICES = ("怎么申请", "找人问问")


@router.action("aid.info")
def tell_what_there_is(message: InboundMessage, ctx: Context) -> Reply:
    """A short answer first; the article and a person one number away."""
    ctx.dialogue.begin("aid.choose")
    return _question(ctx)


@router.step("aid.choose")
def take_choice(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """Read on, or ask a person."""
    choice = chosen(message.text, CHOICES)
    if choice is None:
        return ask_again_or_leave(ctx, _question(ctx))
    ctx.dialogue.clear()
    return Goto("human.ask" if choice else f"study.search:{'、'.join(WORDS)}")


def _question(ctx: Context) -> TextReply:
    return ctx.say("aid.info")

"""Following and leaving (关注与取消关注): a welcome that says who we are; presence itself is noted by the pipeline."""

from __future__ import annotations

from core.messages import InboundMessage, NoReply, Reply, Subscribe, Unsubscribe
from handlers.context import Context
from handlers.registry import Router

router = Router("subscribe")


@router.on(Subscribe, opens_with="subscribe.welcome")
def welcome(message: InboundMessage, ctx: Context) -> Reply:
    """Who we are, what one can do, that the numbers are always there, and what is kept."""
    return ctx.say("subscribe.welcome")


@router.on(Unsubscribe)
def let_go(message: InboundMessage, ctx: Context) -> Reply:
    """Nobody is there to read an answer."""
    return NoReply()

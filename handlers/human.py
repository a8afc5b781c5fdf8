"""A person, not a machine (转人工): the wish is stored and colleagues are told; no promise of when."""

from __future__ import annotations

from core.messages import InboundMessage, Reply
from core.referrals import cases
from handlers.answers import leave
from handlers.context import Context
from handlers.listening import aside, asks_for_something_else, cause
from handlers.paging import is_request
from handlers.registry import Goto, Pass, Router

router = Router("human")


@router.action("human.ask", opens_with="human.asked")
def ask_human(message: InboundMessage, ctx: Context) -> Reply:
    """Store the wish at once, so that it holds even when nothing more is written."""
    is_new = cases.find_asked(ctx.session, ctx.contact) is None
    case = cases.ask_human(ctx.session, ctx.contact, cause(ctx))
    ctx.dialogue.begin("human.note")
    working_time = ctx.say("human.working_time").text
    return ctx.say("human.asked" if is_new else "human.already_asked", number=case.number, working_time=working_time)


@router.step("human.note", free_text=True)
def take_note(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """What they want to ask: the first words whatever they speak of, later ones unless for another feature."""
    if beside := aside(ctx):
        return beside
    case = cases.find_open(ctx.session, ctx.contact)
    if case is None or ctx.judgement.risk != "none":
        return leave(ctx)
    if asks_for_something_else(ctx) if case.summary else is_request(ctx):
        return leave(ctx)
    cases.add_message(ctx.session, case, cause(ctx))
    case.summary = case.summary or message.text.strip()
    ctx.dialogue.expect("human.note")
    return ctx.say("human.noted", number=case.number)

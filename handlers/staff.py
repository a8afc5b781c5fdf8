"""Staff bind their WeChat (绑定工作台), so that alerts about people who ask for help reach them."""

from __future__ import annotations

from core.messages import InboundMessage, Reply
from core.staff import binding
from core.staff.errors import CodeRefused, WechatTaken
from handlers.context import Context
from handlers.registry import PASS, Goto, Pass, Router

router = Router("staff")


@router.action("staff.bind", opens_with="staff.bind")
def ask_for_code(message: InboundMessage, ctx: Context) -> Reply:
    """The code stands in the console, where only the person can see it."""
    ctx.dialogue.begin("staff.bind_code")
    return ctx.say("staff.bind")


@router.step("staff.bind_code")
def take_code(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """Bind, or say why not; one try a dialogue, so that nobody goes on guessing."""
    ctx.dialogue.clear()
    if ctx.judgement.risk != "none" or ctx.contact.open_id is None:
        return PASS
    try:
        person = binding.redeem(ctx.session, message.text, ctx.contact.open_id, ctx.now)
    except CodeRefused:
        return ctx.say("staff.bind_refused")
    except WechatTaken:
        return ctx.say("staff.bind_taken")
    return ctx.say("staff.bound", name=person.name)

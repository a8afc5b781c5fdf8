"""The menu (菜单) as words, leaving a dialogue (取消), and pushes that need no answer."""

from __future__ import annotations

from core.messages import InboundMessage, NoReply, Reply, Unknown
from handlers.choices import ask_again_or_leave, chosen
from handlers.context import Context
from handlers.registry import Goto, Pass, Router

router = Router("menu")

# Three at a time; the last line of a page leads to the next.
PAGES = (
    (("找老师聊聊", "referral.start"), ("看活动、报名", "events.list"), ("看学习专栏", "study.list")),
    (("附近的青春家园", "venues.ask"), ("希望工程和助学", "aid.info"), ("紧急电话", "crisis.numbers")),
    (("我的报名", "events.mine"), ("求助进度", "referral.progress"), ("我的信息和隐私", "privacy.show")),
)
MORE = ("更多", "下一页", "还有吗", "还有呢", "换一批")
# What is still true after leaving a dialogue of this subject, where something was stored already.
LEFT = {"crisis": "menu.left_crisis", "human": "menu.left_case", "referral.more": "menu.left_case"}


@router.action("menu.help")
def show_menu(message: InboundMessage, ctx: Context) -> Reply:
    """What one can ask for, three things at a time."""
    ctx.dialogue.begin("menu.choose", page=0)
    return _page(ctx, 0)


@router.step("menu.choose")
def take_choice(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """Lead to what was chosen."""
    page = ctx.dialogue.answers["page"]
    if ctx.judgement.normal.text in MORE:
        page = (page + 1) % len(PAGES)
        ctx.dialogue.expect("menu.choose", page=page)
        return _page(ctx, page)
    choice = chosen(message.text, [title for title, _ in PAGES[page]])
    if choice is None:
        return ask_again_or_leave(ctx, _page(ctx, page))
    ctx.dialogue.clear()
    return Goto(PAGES[page][choice][1])


@router.action("menu.cancel", opens_with="common.cancelled")
def cancel(message: InboundMessage, ctx: Context) -> Reply:
    """Leave the dialogue, and say what that means for what was begun."""
    step = ctx.dialogue.expecting
    ctx.dialogue.clear()
    if not step:
        return ctx.say("common.nothing_to_cancel")
    if step in LEFT or step.partition(".")[0] in LEFT:
        return ctx.say(LEFT.get(step) or LEFT[step.partition(".")[0]])
    # Somebody who left by “菜单” wants to see it.
    return show_menu(message, ctx) if "菜单" in message.text else ctx.say("common.cancelled")


@router.action("push.ignore")
def ignore(message: InboundMessage, ctx: Context) -> Reply:
    """A push that needs no answer; it is stored all the same."""
    return NoReply()


@router.on(Unknown)
def store_only(message: InboundMessage, ctx: Context) -> Reply:
    """Genuine, but of a type nobody told us of (R6)."""
    return NoReply()


def _page(ctx: Context, page: int) -> Reply:
    choices = ctx.resources.numbered([title for title, _ in PAGES[page]])
    key = "menu.help" if page == 0 else "menu.more" if page < len(PAGES) - 1 else "menu.last"
    return ctx.say(key, choices=choices)

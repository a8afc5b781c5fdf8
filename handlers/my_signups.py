"""My sign-ups (我的报名): look at them, cancel one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from content.rules import fold
from core.clock import local
from core.contacts import consents
from core.errors import DomainError
from core.events import forms, naming, places, signups
from core.events.models import WAITING, Event, Signup
from core.messages import InboundMessage, Reply, TextReply
from core.understanding import is_no, is_yes, ordinal
from handlers import events_wording as wording
from handlers.answers import refused
from handlers.context import Context
from handlers.paging import END, OUT_OF_RANGE, ask_again, is_request, page, pick, turned, window
from handlers.registry import PASS, Goto, Pass, Router

router = Router("my_signups")

CANCEL = frozenset({"取消报名", "取消这次报名", "确定取消", "取消活动"})
OTHERS = frozenset({"看别的活动", "别的活动", "别的", "其他活动", "看别的"})

Mine = tuple[Signup, Event]


@router.action("events.mine", opens_with="events.mine")
def list_mine(message: InboundMessage, ctx: Context) -> Reply:
    rows = places.live_of(ctx.session, ctx.contact, ctx.now)
    return _show_mine(ctx, rows[0]) if len(rows) == 1 else _list_mine(ctx, rows, "events.mine")


@router.action("events.cancel", opens_with="events.cancel_confirm")
def ask_what_to_cancel(message: InboundMessage, ctx: Context) -> Reply:
    rows = places.live_of(ctx.session, ctx.contact, ctx.now)
    if number := naming.signup_number(message.text):
        return _cancel_numbered(ctx, rows, number)
    today, text = local(ctx.now).date(), ctx.judgement.normal.text
    named = naming.events_named([event for _, event in rows], text, today)
    rows = [row for row in rows if row[1] in named] or rows
    return _confirm_cancel(ctx, rows[0]) if len(rows) == 1 else _list_mine(ctx, rows, "events.cancel_which")


@router.step("events.mine")
def choose_mine(message: InboundMessage, ctx: Context) -> Reply | Pass:
    return _chosen(ctx, "events.mine", _show_mine)


@router.step("events.cancel_which")
def choose_to_cancel(message: InboundMessage, ctx: Context) -> Reply | Pass:
    return _chosen(ctx, "events.cancel_which", _confirm_cancel)


@router.step("events.mine_details", free_text=True)
def answer_mine(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    text, row = ctx.judgement.normal.text, _own(ctx)
    number = 1 if fold(text) in CANCEL else 2 if fold(text) in OTHERS else ordinal(text)
    if number is None or row is None:
        return PASS
    if number == 1:
        return _confirm_cancel(ctx, row)
    return Goto("events.list") if number == 2 else ask_again(ctx, _show_mine(ctx, row))


@router.step("events.cancel_confirm", free_text=True)
def take_cancellation(message: InboundMessage, ctx: Context) -> Reply | Pass:
    text, row = ctx.judgement.normal.text, _own(ctx)
    if row is None:
        return PASS
    if is_yes(text) or fold(text) in CANCEL:
        return _cancel(ctx, *row)
    if is_no(text) or fold(text) == "不取消":
        ctx.dialogue.clear()
        return ctx.say("events.kept", title=row[1].title)
    if is_request(ctx) or not message.text.strip():
        return PASS
    return _confirm_cancel(ctx, row, wording.word(ctx, "unclear"))


def _list_mine(ctx: Context, rows: Sequence[Mine], key: str, start: int = 0) -> TextReply:
    if not rows:
        ctx.dialogue.clear()
        return ctx.say("events.mine_none")
    ctx.dialogue.begin(key, start=start)
    lines = [wording.mine_line(ctx, *row) for row in window(rows, start)]
    return ctx.say(key, lines=page(lines, start), more=wording.more(ctx, len(rows), start))


def _show_mine(ctx: Context, row: Mine) -> TextReply:
    ctx.dialogue.begin("events.mine_details", signup=row[0].number)
    return wording.mine_details(ctx, *row)


def _cancel_numbered(ctx: Context, rows: Sequence[Mine], number: str) -> Reply:
    """Somebody else's number is answered as one that there is not (R25)."""
    row = next((row for row in rows if row[0].number == number), None)
    return _confirm_cancel(ctx, row) if row else ctx.say("events.number_unknown", number=number)


def _chosen(ctx: Context, key: str, then: Callable[[Context, Mine], Reply]) -> Reply | Pass:
    rows = places.live_of(ctx.session, ctx.contact, ctx.now)
    start, text = ctx.dialogue.answers["start"], ctx.judgement.normal.text
    turn = turned(text, len(rows), start)
    if turn is not None:
        return ctx.say("events.no_more") if turn == END else _list_mine(ctx, rows, key, turn)
    index = pick(text, [event.title for _, event in rows], start, naming.by_time([event for _, event in rows]))
    if index is None:
        return PASS
    return ask_again(ctx, _list_mine(ctx, rows, key, start)) if index == OUT_OF_RANGE else then(ctx, rows[index])


def _confirm_cancel(ctx: Context, row: Mine, lead: str = "") -> Reply:
    signup, event = row
    ctx.dialogue.begin("events.cancel_confirm", signup=signup.number)
    return ctx.say("events.cancel_confirm", lead=lead, title=event.title, when=wording.when(ctx, event))


def _cancel(ctx: Context, signup: Signup, event: Event) -> Reply:
    waited = signup.state == WAITING
    try:
        signups.cancel(ctx.session, signup, ctx.now)
    except DomainError as refusal:
        return refused(ctx, refusal)
    consents.withdraw(ctx.session, ctx.contact, forms.guardian_purpose(event), ctx.now)
    ctx.dialogue.clear()
    return ctx.say("events.left_queue" if waited else "events.cancelled", title=event.title)


def _own(ctx: Context) -> Mine | None:
    return places.find_own(ctx.session, ctx.contact, ctx.dialogue.answers["signup"])

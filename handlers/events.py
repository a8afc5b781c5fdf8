"""Events (活动报名): what is open, details, and signing up step by step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any

from content.rules import fold
from core.clock import local
from core.contacts import consents
from core.errors import DomainError
from core.events import forms, listing, naming, places, signups
from core.events.errors import EventFull, EventNotFound, InvalidAnswer, WrongAge
from core.events.models import CONFIRMED, Event, Signup
from core.messages import InboundMessage, Reply, TextReply
from core.understanding import is_no, is_yes, ordinal
from handlers import events_wording as wording
from handlers.answers import joined, refused
from handlers.context import Context
from handlers.my_signups import OTHERS, ask_what_to_cancel, list_mine
from handlers.paging import END, OUT_OF_RANGE, ask_again, is_request, page, pick, turned, window
from handlers.registry import PASS, Handler, Pass, Router

router = Router("events")

SIGN_UP = frozenset({"报名", "我要报名", "我想报名", "我报名", "排候补", "候补", "我要候补"})
# “周六上午那个植树的” is an answer to a list; longer words are a story of their own.
SHORT = 12
LOOKING = ("events.list", "events.mine")
AGAIN = frozenset({"重填", "重新填", "填错了", "改一下"})


# --- looking around ---------------------------------------------------------------------------------------------


@router.action("events.list", opens_with="events.list")
def list_events(message: InboundMessage, ctx: Context) -> Reply:
    """What is open; the one event, or the day, that the words name."""
    if "取消" in message.text and naming.signup_number(message.text):
        return ask_what_to_cancel(message, ctx)
    if numbered := _event_numbered(message, ctx):
        return _show(ctx, numbered)
    today, text = local(ctx.now).date(), ctx.judgement.normal.text
    named = naming.events_named(listing.coming(ctx.session, ctx.now), text, today)
    if len(named) == 1:
        return _show(ctx, named[0])
    listed = _list(ctx, named or listing.open_for_signup(ctx.session, ctx.now))
    if named or not naming.names_days(text, today) or not ctx.dialogue.expecting:
        return listed
    return joined(listed.key, ctx.say("events.none_then"), listed)


@router.action("event", opens_with="events.details")
def show_event(message: InboundMessage, ctx: Context) -> Reply:
    """One event by its number, from a QR code (场景 event:101)."""
    return _show(ctx, listing.get(ctx.session, ctx.argument))


@router.step("events.choose")
def choose_event(message: InboundMessage, ctx: Context) -> Reply | Pass:
    remembered = ctx.dialogue.answers
    events, text = listing.numbered(ctx.session, remembered["numbers"], ctx.now), ctx.judgement.normal.text
    start = remembered["start"]
    turn = turned(text, len(events), start)
    if turn is not None:
        return ctx.say("events.no_more") if turn == END else _list(ctx, events, turn)
    index = pick(text, [event.title for event in events], start, naming.by_time(events))
    if index in (None, OUT_OF_RANGE):
        if numbered := _event_numbered(message, ctx):
            return _show(ctx, numbered)
        if meant := _narrowed(ctx, events):
            return _show(ctx, meant[0]) if len(meant) == 1 else _list(ctx, meant)
    if index is None:
        return PASS
    return ask_again(ctx, _list(ctx, events, start)) if index == OUT_OF_RANGE else _show(ctx, events[index])


def _narrowed(ctx: Context, listed: Sequence[Event]) -> Sequence[Event]:
    """Those of the list, or else of all, that a short answer names by day, district or words: “周六那个”."""
    text, today = ctx.judgement.normal.text, local(ctx.now).date()
    asked = ctx.resources.rules.match(text)  # not the intent: of “28号” alone it can only be a guess
    if len(text) > SHORT or (asked and (asked.whole or asked.rule.action not in LOOKING)):
        return ()
    return naming.events_named(listed, text, today) or naming.events_named(
        listing.coming(ctx.session, ctx.now), text, today
    )


def _while_published(step: Handler) -> Handler:
    """An event that staff took down meanwhile ends the dialogue about it."""

    @wraps(step)
    def guarded(message: InboundMessage, ctx: Context) -> Any:
        try:
            return step(message, ctx)
        except EventNotFound as refusal:
            return refused(ctx, refusal)

    return guarded


@router.step("events.details", free_text=True)
@_while_published
def answer_details(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """“1 报名”: which choices there were depends on the event and the person."""
    offer, text = ctx.dialogue.answers["offer"], ctx.judgement.normal.text
    choices = _OFFERS[offer]
    if listed := _list_again(ctx, text):
        return listed
    number = 1 if is_yes(text) or (fold(text) in SIGN_UP and _begin in choices) else ordinal(text)
    if fold(text) in OTHERS:
        number = len(choices)
    if (number is None or number > len(choices)) and (numbered := _event_numbered(message, ctx)):
        return _show(ctx, numbered)
    if number is None:
        return PASS
    if not 1 <= number <= len(choices):
        return ask_again(ctx, _show(ctx, _event(ctx)))
    return choices[number - 1](message, ctx)


def _list(ctx: Context, events: Sequence[Event], start: int = 0) -> TextReply:
    if not events:
        ctx.dialogue.clear()
        return ctx.say("events.none")
    ctx.dialogue.begin("events.choose", numbers=[event.number for event in events], start=start)
    lines = [wording.line(ctx, event) for event in window(events, start)]
    return ctx.say("events.list", lines=page(lines, start), more=wording.more(ctx, len(events), start))


def _list_open(message: InboundMessage, ctx: Context) -> Reply:
    return _list(ctx, listing.open_for_signup(ctx.session, ctx.now))


def _show(ctx: Context, event: Event) -> TextReply:
    live = places.find_live(ctx.session, event, ctx.contact)
    offer = "signed" if live else _offer(ctx, event)
    remembered = ctx.dialogue.answers
    # “更多” goes on in the list that it was chosen from.
    listed = {name: remembered[name] for name in ("numbers", "start") if "numbers" in remembered}
    ctx.dialogue.begin("events.details", event=event.number, offer=offer, **listed)
    values = {"number": live.number} if live else {}
    return wording.details(ctx, event, wording.word(ctx, f"choices.{offer}", **values))


def _list_again(ctx: Context, text: str) -> TextReply | None:
    """The page that “更多” or “上一页” asks for; behind the last one, the page that was seen."""
    remembered = ctx.dialogue.answers
    events = listing.numbered(ctx.session, remembered.get("numbers", ()), ctx.now)
    events, start = (events, remembered["start"]) if events else (listing.open_for_signup(ctx.session, ctx.now), 0)
    turn = turned(text, len(events), start)
    return None if turn is None else _list(ctx, events, start if turn == END else turn)


def _offer(ctx: Context, event: Event) -> str:
    if not event.takes_signups(ctx.now):
        return "closed"
    if event.seats_left:
        return "sign_up"
    return "wait" if event.has_waiting_list else "closed"


def _event_numbered(message: InboundMessage, ctx: Context) -> Event | None:
    """The event whose number the words are: 306, 第306号, 报名 306."""
    number = naming.event_number(message.text)
    return next(iter(listing.numbered(ctx.session, [number], ctx.now)), None) if number else None


# --- signing up -------------------------------------------------------------------------------------------------


def _begin(message: InboundMessage, ctx: Context) -> Reply:
    event = _event(ctx)
    if live := places.find_live(ctx.session, event, ctx.contact):
        ctx.dialogue.clear()
        return ctx.say("events.already", title=event.title, number=live.number)
    return _fill_in(ctx, event, "lead")


def _fill_in(ctx: Context, event: Event, lead: str) -> Reply:
    ctx.dialogue.begin("events.answer", event=event.number, answers={})
    return _ask(ctx, event, {}, wording.word(ctx, lead))


def _ask(ctx: Context, event: Event, answers: dict[str, Any], lead: str = "") -> Reply:
    question = forms.next_question(event, answers)
    if question is None:
        return _summarise(ctx, event, answers)
    ctx.dialogue.expect("events.answer", answers=answers)
    return wording.ask(ctx, event, question, lead)


@router.step("events.answer")
@_while_published
def take_answer(message: InboundMessage, ctx: Context) -> Reply | Pass:
    if not message.text.strip():
        return PASS
    event, answers = _event(ctx), ctx.dialogue.answers["answers"]
    question = forms.next_question(event, answers)
    if question is None:
        return _summarise(ctx, event, answers)
    if question.name == "guardian_consent" and is_no(message.text):
        ctx.dialogue.clear()
        return ctx.say("events.guardian_declined")
    try:
        answers[question.name] = forms.read(event, question, message.text, answers)
    except WrongAge as refusal:
        return refused(ctx, refusal)
    except InvalidAnswer as error:
        ctx.dialogue.expect("events.answer")
        return ctx.say(error.reply_key, **error.values)
    return _ask(ctx, event, answers)


def _summarise(ctx: Context, event: Event, answers: dict[str, Any], lead: str = "") -> Reply:
    if _offer(ctx, event) == "closed":
        ctx.dialogue.clear()
        return ctx.say("events.closed" if event.seats_left else "events.full_no_list", title=event.title)
    ctx.dialogue.expect("events.confirm", answers=answers, waits=not event.seats_left)
    return ctx.say(
        "events.confirm" if event.seats_left else "events.confirm_waiting",
        lead=lead,
        title=event.title,
        when=wording.when(ctx, event),
        answers=wording.answers(ctx, answers),
        guardian=wording.guardian(ctx, answers),
        ahead=wording.ahead(ctx, event),
    )


@router.step("events.confirm", free_text=True)
@_while_published
def take_confirmation(message: InboundMessage, ctx: Context) -> Reply | Pass:
    text, remembered, event = ctx.judgement.normal.text, ctx.dialogue.answers, _event(ctx)
    if is_yes(text) or fold(text) in SIGN_UP | {"确认报名"}:
        return _join(ctx, event) if remembered["waits"] else _sign_up(ctx, event)
    if is_no(text) or fold(text) in AGAIN:
        return _fill_in(ctx, event, "lead_again")
    if is_request(ctx) or not message.text.strip():
        return PASS
    return _summarise(ctx, event, remembered["answers"], wording.word(ctx, "unclear"))


@router.step("events.wait", free_text=True)
@_while_published
def take_waiting_offer(message: InboundMessage, ctx: Context) -> Reply | Pass:
    text = ctx.judgement.normal.text
    if is_yes(text) or fold(text) in SIGN_UP:
        return _join(ctx, _event(ctx))
    if is_no(text) or fold(text) in OTHERS:
        return _list_open(message, ctx)
    if is_request(ctx) or not message.text.strip():
        return PASS
    return _offer_waiting(ctx, _event(ctx), wording.word(ctx, "unclear"))


def _sign_up(ctx: Context, event: Event) -> Reply:
    try:
        signup = signups.sign_up(ctx.session, event, ctx.contact, ctx.dialogue.answers["answers"], ctx.now)
    except EventFull:
        return _offer_waiting(ctx, event)
    except DomainError as refusal:
        return refused(ctx, refusal)
    return _finish(ctx, signup, event, "events.done")


def _join(ctx: Context, event: Event) -> Reply:
    try:
        signup = signups.join_waiting_list(ctx.session, event, ctx.contact, ctx.dialogue.answers["answers"], ctx.now)
    except DomainError as refusal:
        return refused(ctx, refusal)
    return _finish(ctx, signup, event, "events.got_seat" if signup.state == CONFIRMED else "events.waiting")


def _offer_waiting(ctx: Context, event: Event, lead: str = "") -> Reply:
    ctx.dialogue.expect("events.wait")
    return ctx.say("events.full_offer", lead=lead, title=event.title, ahead=wording.ahead(ctx, event))


def _finish(ctx: Context, signup: Signup, event: Event, key: str) -> Reply:
    if ctx.dialogue.answers["answers"].get("guardian_consent"):
        version = wording.version(ctx, "events.ask.guardian_consent")
        consents.give(ctx.session, ctx.contact, forms.guardian_purpose(event), version, ctx.now)
    ctx.dialogue.clear()
    return wording.outcome(ctx, key, signup, event)


def _event(ctx: Context) -> Event:
    return listing.get(ctx.session, ctx.dialogue.answers["event"])


_OFFERS = {
    "sign_up": (_begin, _list_open),
    "wait": (_begin, _list_open),
    "signed": (list_mine, _list_open),
    "closed": (_list_open,),
}

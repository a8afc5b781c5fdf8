"""How events (活动) and sign-ups are told in chat: lines, details, states; words from content/texts/events.toml."""

from __future__ import annotations

import hashlib
from datetime import datetime

from core.clock import local, say
from core.events import forms, places, waiting_list
from core.events.forms import Answers, Question
from core.events.models import WAITING, Event, Signup
from core.messages import TextReply
from handlers.context import Context
from handlers.paging import has_more

FEW = 5


def word(ctx: Context, key: str, **values: object) -> str:
    """A short reviewed text, to be put into another."""
    return ctx.say(f"events.{key}", **values).text


def more(ctx: Context, count: int, start: int) -> str:
    return word(ctx, "more") if has_more(count, start) else ""


def when(ctx: Context, event: Event) -> str:
    """11月29日（周日） 08:30—12:00; of a series only the beginning."""
    begins = say(event.starts_at, ctx.now)
    same_day = local(event.starts_at).date() == local(event.ends_at).date()
    return f"{begins}—{local(event.ends_at):%H:%M}" if same_day else begins


def seats(ctx: Context, event: Event) -> str:
    """How many seats are left, or why one cannot sign up."""
    if ctx.now < event.signup_opens_at:
        return word(ctx, "seats_later", date=say(event.signup_opens_at, ctx.now))
    if not event.takes_signups(ctx.now):
        return word(ctx, "seats_over")
    if event.seats_left:
        return word(ctx, "seats_few" if event.seats_left <= FEW else "seats_left", left=event.seats_left)
    if event.has_waiting_list:
        return word(ctx, "seats_waiting", ahead=ahead(ctx, event))
    return word(ctx, "seats_none")


def ahead(ctx: Context, event: Event) -> str:
    """How many wait already, as somebody reads it who might queue up now."""
    queue = waiting_list.queue_length(ctx.session, event)
    return word(ctx, "ahead", queue=queue) if queue else word(ctx, "ahead_none")


def line(ctx: Context, event: Event) -> str:
    return word(ctx, "line", title=event.title, when=when(ctx, event), place=event.district, seats=seats(ctx, event))


def details(ctx: Context, event: Event, choices: str) -> TextReply:
    ages = forms.ages(event)
    return ctx.say(
        "events.details",
        title=event.title,
        when=when(ctx, event),
        meetings="\n".join(_meeting(ctx, one) for one in event.sessions),
        place=event.place,
        age_line=word(ctx, "age_line", ages=ages) if ages else "",
        seats=seats(ctx, event),
        summary=event.summary,
        asked=_asked(ctx, event),
        demo=demo(ctx, event),
        url=page(ctx, event),
        choices=choices,
    )


def demo(ctx: Context, event: Event) -> str:
    return word(ctx, "demo") if event.is_demo else ""


def page(ctx: Context, event: Event) -> str:
    return ctx.resources.page(f"events/{event.number}")


def ask(ctx: Context, event: Event, question: Question, lead: str = "") -> TextReply:
    """The question, why it is asked, and whether it may be skipped (P1)."""
    name = question.name if _is_written(ctx, f"events.ask.{question.name}") else "other"
    return ctx.say(
        f"events.ask.{name}",
        lead=lead,
        label=question.name,
        why=_why(ctx, event, question),
        skip="" if question.required else word(ctx, "skip"),
    )


def _why(ctx: Context, event: Event, question: Question) -> str:
    if question.purpose:
        return word(ctx, "why", purpose=question.purpose)
    # Asked because of the event's limits, not by its form.
    return word(ctx, "why_age", ages=forms.ages(event)) if question.name == "age" else ""


def answers(ctx: Context, given: Answers) -> str:
    """What was filled in, a line each."""
    return "\n".join(f"{_label(ctx, name)}：{_answer(ctx, value)}" for name, value in given.items())


def guardian(ctx: Context, given: Answers) -> str:
    """What is true while nobody has spoken with the guardian; nothing where none is needed (P3)."""
    return word(ctx, "guardian") if given.get("guardian_consent") == forms.UNCHECKED else ""


def state(ctx: Context, signup: Signup) -> str:
    if signup.state == WAITING:
        return word(ctx, "state_waiting", queue=waiting_list.place_in_queue(ctx.session, signup))
    return word(ctx, "state_confirmed")


def mine_line(ctx: Context, signup: Signup, event: Event) -> str:
    return word(ctx, "mine_line", title=event.title, when=when(ctx, event), state=state(ctx, signup))


def mine_details(ctx: Context, signup: Signup, event: Event) -> TextReply:
    return ctx.say(
        "events.mine_details",
        title=event.title,
        number=signup.number,
        state=state(ctx, signup),
        when=when(ctx, event),
        place=event.place,
        guardian=guardian(ctx, places.answers_of(signup)),
        demo=demo(ctx, event),
        url=page(ctx, event),
    )


def outcome(ctx: Context, key: str, signup: Signup, event: Event) -> TextReply:
    """The answer to a sign-up that succeeded."""
    queue = waiting_list.place_in_queue(ctx.session, signup)
    return ctx.say(
        key,
        number=signup.number,
        title=event.title,
        when=when(ctx, event),
        place=event.place,
        guardian=guardian(ctx, places.answers_of(signup)),
        queue=queue,
    )


def version(ctx: Context, key: str) -> str:
    """Which wording of a text a person was shown, as the proof of a consent names it (P2)."""
    wording = "\n".join(ctx.resources.texts.entry(key).variants)
    return f"{key}@{hashlib.sha256(wording.encode()).hexdigest()[:8]}"


def _meeting(ctx: Context, meeting: dict[str, str]) -> str:
    return f"{say(datetime.fromisoformat(meeting['starts_at']), ctx.now)} {meeting['title']}"


def _asked(ctx: Context, event: Event) -> str:
    names = [_label(ctx, question.name) for question in forms.questions(event, {})]
    return word(ctx, "asked", label="、".join(names)) if names else ""


def _label(ctx: Context, name: str) -> str:
    return word(ctx, f"label.{name}") if _is_written(ctx, f"events.label.{name}") else name


def _answer(ctx: Context, value: object) -> str:
    if value is None:
        return word(ctx, "label.skipped")
    if isinstance(value, bool):
        return word(ctx, "label.yes" if value else "label.no")
    return str(value)


def _is_written(ctx: Context, key: str) -> bool:
    """Staff may ask for what we have no text of; then the name of the field is its label."""
    return key in ctx.resources.texts.keys()  # noqa: SIM118 (no mapping)

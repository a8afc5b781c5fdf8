"""Answers (回答) to a question with a few fixed choices; lists of things are `handlers.paging`."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import DomainError
from core.messages import TextReply
from core.understanding import normalise, ordinal
from handlers.context import Context
from handlers.registry import PASS, Pass

# In the middle of a form, words up to this long are a slip; longer ones are something new.
SLIP = 8


def chosen(text: str, titles: Sequence[str]) -> int | None:
    """The index of the choice meant by number (“2”, “第二个”) or by exactly its words; None when it is none of them.

    Exactly, because “我不太同意” holds “同意”.
    """
    number = ordinal(text)
    if number is not None:
        return number - 1 if 1 <= number <= len(titles) else None
    plain = normalise(text).text
    return next((index for index, title in enumerate(titles) if normalise(title).text == plain), None)


def joined(key: str, *parts: TextReply) -> TextReply:
    """Several reviewed texts as one reply."""
    return TextReply(key, "\n".join(part.text for part in parts if part.text))


def ask_again_or_leave(ctx: Context, question: TextReply, slip: int = 0) -> TextReply | Pass:
    """Repeat the question after a number that was not offered, or unclear words up to `slip` long; else leave."""
    if not _is_slip(ctx, slip):
        return leave(ctx)
    return joined("common.unknown_choice", ctx.say("common.unknown_choice"), question)


def leave(ctx: Context) -> Pass:
    """End the dialogue: these words are for another feature."""
    ctx.dialogue.clear()
    return PASS


def _is_slip(ctx: Context, longest: int) -> bool:
    text = ctx.judgement.normal.text
    if ordinal(text) is not None:
        return True
    # Only phrases that were found count: of a few words in an answer the model makes too much.
    is_clear = ctx.judgement.asked_for != "other" or ctx.resources.rules.match(text) is not None
    return not is_clear and len(text) <= longest


def refused(ctx: Context, refusal: DomainError) -> TextReply:
    """The answer of an error that changed nothing; the dialogue ends with it."""
    ctx.dialogue.clear()
    return ctx.say(refusal.reply_key, **refusal.values)

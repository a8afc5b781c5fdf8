"""Small words (闲聊): thanks, good night, “are you real”, “will you tell my mum”. None of them ends a dialogue."""

from __future__ import annotations

from core.messages import InboundMessage, Reply
from handlers.context import Context
from handlers.registry import Handler, Router

router = Router("talk")

# Each is a keyword rule (content/rules/talk.toml) and a text of the same name (content/texts/talk.toml).
SMALL_WORDS = ("talk.thanks", "talk.bye", "talk.human_or_bot", "talk.secret", "talk.insult", "talk.laugh")


def _answer_with(key: str) -> Handler:
    def answer(message: InboundMessage, ctx: Context) -> Reply:
        return ctx.say(key)

    return answer


for _key in SMALL_WORDS:
    router.action(_key)(_answer_with(_key))

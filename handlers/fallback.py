"""When nothing else claims a message (兜底): the closest things there are, as choices that work, and people to ask."""

from __future__ import annotations

from collections import Counter

from content.actions import ACTIONS
from content.library import Article
from content.rules import Rules
from content.words import FILLERS
from core.events import listing, naming
from core.messages import InboundMessage, Reply, TextReply
from core.understanding import is_cancel, tokens
from handlers.answers import ask_again_or_leave, joined
from handlers.context import Context
from handlers.paging import OUT_OF_RANGE, SHOWN, page, pick
from handlers.registry import Goto, Pass, Router

router = Router("fallback")

# A word that the examples of this many rules share tells nothing either.
COMMON = 4
# An example must share this many characters: one small word may be chance.
ENOUGH = 4
SOMEBODY = "referral.start"


@router.action("fallback", opens_with="fallback.nothing")
def offer_closest(message: InboundMessage, ctx: Context) -> Reply:
    """Up to three things that the words come near to."""
    if is_cancel(message.text):
        return ctx.say("common.nothing_to_cancel")
    offers = _closest(ctx)
    ctx.dialogue.clear()
    if offers:
        ctx.dialogue.begin("fallback.choose", offers=offers)
    answer = _question(ctx, offers) if offers else ctx.say("fallback.nothing")
    # After a crisis answer nothing was left undone that could be “not submitted”.
    if ctx.dialogue.has_expired and not ctx.dialogue.expired_step.startswith("crisis."):
        return joined("common.expired", ctx.say("common.expired"), answer)
    return answer


@router.step("fallback.choose")
def take_choice(message: InboundMessage, ctx: Context) -> Reply | Pass | Goto:
    """Lead to what was chosen."""
    offers = ctx.dialogue.answers["offers"]
    choice = pick(message.text, [title for title, _ in offers])
    if choice is None or choice == OUT_OF_RANGE:
        return ask_again_or_leave(ctx, _question(ctx, offers))
    ctx.dialogue.clear()
    return Goto(offers[choice][1])


def _question(ctx: Context, offers: list[tuple[str, str]]) -> TextReply:
    return ctx.say("fallback.closest", choices=page([title for title, _ in offers], 0))


def _closest(ctx: Context) -> list[tuple[str, str]]:
    """Titles and their actions: an article, an event, and features whose examples share words with the message."""
    words = [word for word in tokens(ctx.judgement.normal.text) if len(word) > 1 and word not in FILLERS]
    coming = listing.coming(ctx.session, ctx.now)
    events = (listing.about(coming, words) or naming.titled(coming, ctx.judgement.normal.text))[:1]
    near = [
        *((f"《{one.title}》", f"article:{one.column}/{one.slug}") for one in _near_articles(ctx, words)),
        *((event.title, f"event:{event.number}") for event in events),
        *((ACTIONS[action], action) for action in _near_actions(ctx.resources.rules, words) if action != SOMEBODY),
    ]
    # Whoever could not say what they need may need somebody to say it to.
    return [*near[: SHOWN - 1], (ACTIONS[SOMEBODY], SOMEBODY)] if near else []


def _near_articles(ctx: Context, words: list[str]) -> list[Article]:
    """The best one, if it is about one of the words and does not merely hold it somewhere."""
    found = ctx.resources.library.search(words, SHOWN)
    return [one for one in found if any(word in one.title or word in one.keywords for word in words)][:1]


def _near_actions(rules: Rules, words: list[str]) -> list[str]:
    examples = {rule.action: "\n".join(rule.examples) for rule in rules}
    spread = Counter(word for word in set(words) for text in examples.values() if word in text)
    telling = [word for word, count in spread.items() if count < COMMON]
    scores = {action: sum(len(word) for word in telling if word in text) for action, text in examples.items()}
    return sorted((action for action, score in scores.items() if score >= ENOUGH), key=lambda action: -scores[action])

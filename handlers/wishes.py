"""What somebody may want (想要的事): where each intent leads, what is likely, and two wishes in one message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.resources import Resources
from core.understanding import Judgement

Shares = tuple[tuple[str, float], ...]

# Where an intent leads; counseling is asked for with consent.
INTENT_ACTIONS = {
    "study": "study.list",
    "events": "events.list",
    "venue": "venues.ask",
    "aid": "aid.info",
    "human": "human.ask",
    "help": "menu.help",
    "privacy": "privacy.show",
    "counseling": "referral.start",
}
# Of two wishes the one further to the left is followed.
URGENCY = ("counseling", "human", "privacy", "aid", "events", "venue", "study")
# These come first even where they are only mentioned “by the way”.
HELP = ("counseling", "human")
_INTENTS = {
    "referral": "counseling", "human": "human", "privacy": "privacy", "aid": "aid", "events": "events",
    "venues": "venue", "study": "study",
}  # fmt: skip
# How the other wish is mentioned: a text whose words in “…” ask for that action.
MENTIONS = {
    "referral.start": "also.counseling",
    "human.ask": "also.human",
    "privacy.show": "also.privacy",
    "privacy.export": "also.export",
    "privacy.erase": "also.erase",
    "aid.info": "also.aid",
    "events.list": "also.events",
    "events.mine": "also.mine",
    "events.cancel": "also.cancel",
    "venues.ask": "also.venue",
    "venues.nearest": "also.nearest",
    "study.list": "also.study",
    "study.latest": "also.latest",
}
# Asked back is what has at least this share of the best score; a second wish has at least that share of it.
PLAUSIBLE, ALSO = 0.3, 0.02
# What is most likely small talk is asked about only when this near to something else.
SMALL_TALK = 0.6
MOST_CHOICES = 3
# How sure a part of the message must be, by itself, to be a wish: by a keyword rule, and without one.
SURE, SURER = 0.5, 0.7
# Longer messages are stories: what is mentioned in them is background.
LONGEST = 80
_PARTS = re.compile(r"[,.!?;~\s]+|(?=顺便|另外|对了|还想|也想|还要|同时|以及)")
_BORDER = re.compile(r"[,.!?;~\s]\w|顺便|另外|对了|还想|也想|还要|同时|以及")
_BESIDE = re.compile(r"(?:顺便|另外|对了|还有|还想|也想|还要|再|同时|以及)")
_FIRST = re.compile(r"(?:先|首先|主要)")
# Not wanted, or long ago.
_BACKGROUND = re.compile(r"不是|不用|不要|不需要|别|不想|没有要|之前|以前|上次|过")


@dataclass(frozen=True)
class Wish:
    """One thing that is asked for, by which words."""

    intent: str
    action: str
    words: str

    @property
    def urgency(self) -> tuple[bool, bool, bool, int]:
        """Sorts the one to be followed first."""
        is_beside = bool(_BESIDE.match(self.words))
        return self.intent not in HELP, not _FIRST.match(self.words), is_beside, URGENCY.index(self.intent)


def plausible(judgement: Judgement) -> list[str]:
    """What it may be, likeliest first; “help” is no answer to a question."""
    share = SMALL_TALK if judgement.intent == "other" else PLAUSIBLE
    likely = [name for name, _ in _near(judgement.chances or judgement.scores, share) if name in URGENCY]
    return likely[:MOST_CHOICES]


def two_wishes(judgement: Judgement, resources: Resources) -> tuple[Wish, Wish] | None:
    """The wish to follow and the one to mention, where a message without any risk asks for two different things.

    Each must be asked for in a part of its own, by words of a keyword rule or after “顺便”: one that only says where
    the other is (植树那个地方离青春家园远不) is none.
    """
    text = judgement.normal.text
    if judgement.risk != "none" or judgement.abuse or len(text) > LONGEST or not _BORDER.search(text):
        return None
    likely = {name for name, _ in _near(judgement.scores, ALSO)} & set(URGENCY)
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    if len(likely) < 2 or len(parts) < 2:
        return None
    wishes: dict[str, Wish] = {}
    for wish in _asked_for(parts, likely, resources):
        wishes.setdefault(wish.intent, wish)
    if len(wishes) != 2:
        return None
    first, second = sorted(wishes.values(), key=lambda wish: wish.urgency)
    return first, second


def _near(found: Shares, share: float) -> Iterator[tuple[str, float]]:
    """Intents that have at least this share of the best."""
    best = max((one for _, one in found), default=0.0)
    return ((name, one) for name, one in found if one > 0 and one >= share * best)


def _asked_for(parts: list[str], likely: set[str], resources: Resources) -> Iterator[Wish]:
    for part in parts:
        own = resources.understanding.judge(part)
        match = resources.rules.match(own.normal.text)
        if own.risk != "none" or own.confidence < (SURE if match else SURER) or _BACKGROUND.search(part):
            continue
        action = match.rule.action if match else INTENT_ACTIONS.get(own.intent, "") if _BESIDE.match(part) else ""
        wanted = _INTENTS.get(action.partition(".")[0], "")
        if wanted == own.intent and wanted in likely:
            yield Wish(wanted, action, part)

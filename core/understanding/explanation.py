"""Why a message would be answered so (为什么这样回答), as plain values that a screen can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# What became of a stage: it answers; it wanted to and let go; it wants to, but another was before it; it does not.
WON, PASSED, BEHIND, NO = "won", "passed", "behind", "no"


@dataclass(frozen=True)
class Said:
    """What the same person wrote before, and when."""

    text: str
    at: datetime


@dataclass(frozen=True)
class Stage:
    """A stage of the routing: its name in the code, in words, and what it says to this message."""

    key: str
    label: str
    outcome: str
    routes: tuple[str, ...]
    why: tuple[str, ...]


@dataclass(frozen=True)
class RuleTried:
    """A keyword rule whose words are in the message; `stopped_by` is the word that keeps it out, or ""."""

    name: str
    action: str
    title: str
    words: tuple[str, ...]
    is_whole: bool
    is_chosen: bool
    stopped_by: str = ""


@dataclass(frozen=True)
class Answered:
    """One message of the rehearsal and its answer."""

    text: str
    at: datetime
    route: str
    reply_key: str
    reply: str


@dataclass(frozen=True)
class Explanation:
    """Everything there is to see about one message; nothing of it was sent or stored."""

    text: str
    normal: str
    tokens: tuple[str, ...]
    risk: str
    risk_alone: str  # by itself, without what came in the minutes before
    topic: str
    intent: str
    confidence: float
    scores: tuple[tuple[str, float], ...]  # how likely each intent is, best first
    risk_shares: tuple[tuple[str, float], ...]  # how likely each risk is, as the model reads the message by itself
    third_party: bool
    abuse: bool
    reasons: tuple[str, ...]
    evidence: tuple[str, ...]
    expecting: str  # the step of a dialogue that it came in the middle of
    stages: tuple[Stage, ...]
    rules: tuple[RuleTried, ...]
    answer: Answered
    route_reasons: tuple[str, ...]
    effects: tuple[str, ...]  # what else would have happened
    earlier: tuple[Answered, ...]
    judged_with: int  # how many of the earlier ones are near enough to be judged together with it

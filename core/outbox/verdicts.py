"""What follows from the answer to one call (R12, R13): sent, try again and when, or the end and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.outbox.models import ACCEPTED, DECLINED, NEEDS_HUMAN, PENDING, REFUSED, SENT, UNKNOWN, UNREACHABLE
from core.wechat.errors import WeChatError, WeChatRefused, WeChatUnknown, WeChatUnreachable
from core.wechat.reactions import Reaction, rule_for

# A delivery that WeChat answers with "later", or not at all, is not tried more often than this (R13).
MOST_ANSWERS = 3
# How long the next try waits, the longer the more tries there were.
PACE = tuple(timedelta(seconds=each) for each in (30, 60, 120, 300))
OUTCOME_UNKNOWN = "outcome unknown"


@dataclass(frozen=True)
class Verdict:
    """What the delivery becomes; PENDING means: due again, not before `wait`."""

    state: str
    reason: str = ""
    wait: timedelta = timedelta(0)

    @property
    def is_sent(self) -> bool:
        """Whether WeChat took it."""
        return self.state == SENT


@dataclass(frozen=True)
class Answer:
    """One call's outcome as the attempt keeps it, and what to do now."""

    outcome: str
    verdict: Verdict
    code: int | None = None
    reaction: Reaction | None = None


SENT_NOW = Verdict(SENT)
# The better of two is the one further to the right.
RANKS = (REFUSED, NEEDS_HUMAN, PENDING, SENT)


def best(verdicts: list[Verdict]) -> Verdict:
    """What counts when several people, or ways, were tried: one success is enough."""
    return max(verdicts, key=lambda verdict: RANKS.index(verdict.state))


def pace(tries: int) -> timedelta:
    """The wait after so many tries."""
    return PACE[min(max(tries, 1), len(PACE)) - 1]


def of(error: WeChatError, answered_before: int, may_repeat: bool) -> Answer:
    """What an error means, after so many answers that were no success either."""
    if isinstance(error, WeChatRefused):
        return _of_refusal(error, answered_before)
    if isinstance(error, WeChatUnreachable):
        return Answer(UNREACHABLE, Verdict(PENDING, "WeChat unreachable"))
    assert isinstance(error, WeChatUnknown)
    again = may_repeat and answered_before + 1 < MOST_ANSWERS
    return Answer(UNKNOWN, Verdict(PENDING if again else NEEDS_HUMAN, OUTCOME_UNKNOWN))


def _of_refusal(refusal: WeChatRefused, answered_before: int) -> Answer:
    rule = rule_for(refusal)
    reason = f"errcode {refusal.code}: {rule.meaning}"
    if rule.reaction is Reaction.ALREADY_SENT:
        return Answer(ACCEPTED, SENT_NOW, refusal.code, rule.reaction)
    state = _STATES[rule.reaction]
    if rule.reaction is Reaction.BACK_OFF and answered_before + 1 >= MOST_ANSWERS:
        state = NEEDS_HUMAN
    return Answer(DECLINED, Verdict(state, reason, timedelta(seconds=rule.wait_s)), refusal.code, rule.reaction)


_STATES = {
    Reaction.BACK_OFF: PENDING,
    # The client has renewed the token and called again: a third and a fourth call would be the loop (R13).
    Reaction.RENEW_TOKEN_ONCE: NEEDS_HUMAN,
    Reaction.STOP_INTERFACE_UNTIL_TOMORROW: PENDING,
    Reaction.WINDOW_CLOSED: REFUSED,
    Reaction.UNREACHABLE_PERSON: REFUSED,
    Reaction.DROP: REFUSED,
    Reaction.CONFIGURATION: NEEDS_HUMAN,
    Reaction.NEEDS_HUMAN: NEEDS_HUMAN,
}

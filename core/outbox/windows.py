"""How many customer-service messages (客服消息) may still go to a person, and until when (R15, platform D3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.interactions import triggers
from core.interactions.triggers import Trigger
from core.outbox.models import ACCEPTED, CUSTOMER_SERVICE, UNKNOWN, Attempt

# Clocks of machines may differ by so much (R23): what was sent just before a push may have been sent just after it.
SKEW = timedelta(minutes=5)
# WeChat counts from the push's first try, we from its arrival, which may be its third: so ours close a little earlier.
AFTER_MESSAGE, MESSAGES_AFTER_MESSAGE = timedelta(hours=48) - 2 * SKEW, 5
AFTER_TAP, MESSAGES_AFTER_TAP = timedelta(seconds=40), 3


@dataclass(frozen=True)
class Allowance:
    """What may still be sent: `left` messages until then, of the window that stays open longest."""

    left: int
    until: datetime | None


CLOSED = Allowance(0, None)


def allowance(opened: Sequence[Trigger], sent: Sequence[datetime], now: datetime) -> Allowance:
    """The rule itself: the newest trigger of each sort opens a window, and every message counts against all windows.

    Of several windows the longest decides: what is sent through a short one is missing there too, and it is there that
    a counselor will want to answer.
    """
    windows = [
        *_window(opened, sent, now, True, AFTER_MESSAGE, MESSAGES_AFTER_MESSAGE),
        *_window(opened, sent, now, False, AFTER_TAP, MESSAGES_AFTER_TAP),
    ]
    return max(windows, key=lambda window: window.until or now, default=CLOSED)


def of(session: Session, contact: Contact, now: datetime) -> Allowance:
    """The allowance of this person, from what they sent and what was sent to them; hold their row to rely on it."""
    if contact.unsubscribed_at is not None:
        return CLOSED
    since = now - AFTER_MESSAGE
    return allowance(triggers.since(session, contact.id, since), _sent_since(session, contact, since - SKEW), now)


def _window(
    opened: Sequence[Trigger], sent: Sequence[datetime], now: datetime, is_message: bool, lasts: timedelta, limit: int
) -> list[Allowance]:
    begin = max((trigger.at for trigger in opened if trigger.is_message == is_message), default=None)
    if begin is None or now >= begin + lasts:
        return []
    used = sum(moment >= begin - SKEW for moment in sent)
    return [Allowance(max(0, limit - used), begin + lasts)]


def _sent_since(session: Session, contact: Contact, since: datetime) -> list[datetime]:
    """Calls that took, or may have taken, one of the person's messages: those under way count too."""
    counts = or_(Attempt.outcome.is_(None), Attempt.outcome.in_((ACCEPTED, UNKNOWN)))
    query = select(Attempt.started_at).where(
        Attempt.recipient == contact.open_id_hash,
        Attempt.channel == CUSTOMER_SERVICE,
        Attempt.started_at > since,
        counts,
    )
    return list(session.scalars(query))

"""What is sent, kind by kind (待发的种类): who writes the letters, and what holds when a call's outcome is unknown.

| kind | outcome unknown, or killed between send and settle | cannot be sent |
|---|---|---|
| alerts | sent again under the same id: WeChat shows it once | stays owed until a human has it (R8) |
| late reply in a crisis | sent again: twice is better than never | refused or needs_human |
| choices to tap | asked again: the same question twice does no harm | refused, expired or needs_human |
| any other late reply, news of a sign-up | needs_human: never twice by accident | refused or needs_human |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.events import notices
from core.outbox import late_replies, menus
from core.outbox.letters import Writer
from core.outbox.models import (
    CUSTOMER_SERVICE_MESSAGE,
    MESSAGE_MENU,
    REFERRAL_ALERT,
    SIGNUP_NOTICE,
    UNHANDLED_CRISIS,
    Delivery,
)
from core.referrals import alerts


@dataclass(frozen=True)
class Kind:
    """The rules of one kind."""

    write: Writer
    may_repeat: Callable[[Session, Delivery], bool]
    is_alert: bool = False


def _always(_session: Session, _delivery: Delivery) -> bool:
    return True


def _never(_session: Session, _delivery: Delivery) -> bool:
    return False


KINDS: Mapping[str, Kind] = {
    REFERRAL_ALERT: Kind(alerts.write, _always, is_alert=True),
    UNHANDLED_CRISIS: Kind(alerts.write, _always, is_alert=True),
    CUSTOMER_SERVICE_MESSAGE: Kind(late_replies.write, late_replies.is_crisis),
    MESSAGE_MENU: Kind(menus.write, _always),
    SIGNUP_NOTICE: Kind(notices.write, _never),
}

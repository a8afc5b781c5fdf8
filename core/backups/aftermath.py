"""What must happen to a restored database before anybody works with it (R24)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.mini_program import restored as phones
from core.outbox import restored as outbox
from core.privacy import erasure
from core.privacy.erasure import Listed
from core.staff import restored as staff


@dataclass(frozen=True)
class Aftermath:
    """What was done."""

    erased_again: int
    held: dict[str, int]
    signed_out: int


def settle(session: Session, now: datetime, erasures: Iterable[Listed]) -> Aftermath:
    """Erase again who was erased since; send nothing that was owed then; end every log-in of that day."""
    erased = erasure.replay_erasures(session, now, erasures)
    held = outbox.hold_for_humans(session, now)
    return Aftermath(erased, held, staff.sign_everybody_out(session, now) + phones.log_everybody_out(session))

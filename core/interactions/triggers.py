"""What of a person's pushes opens a window for customer-service messages (客服消息, platform D3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.interactions.models import Interaction

MESSAGES = ("text", "image", "voice", "video", "shortvideo", "location", "link", "file", "miniprogrampage")
TAPS = ("click", "scan", "subscribe", "scancode")
# A window hangs on the newest push of its sort; nobody needs to look further back than this.
NEWEST = 50


@dataclass(frozen=True)
class Trigger:
    """One push that opened a window: a message, or a mere tap."""

    at: datetime
    is_message: bool


def since(session: Session, contact_id: UUID, moment: datetime) -> list[Trigger]:
    """The person's newest triggers after that moment."""
    query = (
        select(Interaction)
        .where(Interaction.contact_id == contact_id, Interaction.received_at > moment)
        .where(Interaction.kind.in_(MESSAGES + TAPS), Interaction.direction == "in")
        .order_by(Interaction.received_at.desc())
        .limit(NEWEST)
    )
    return [Trigger(row.received_at, _is_message(row)) for row in session.scalars(query)]


def _is_message(row: Interaction) -> bool:
    # An item that was tapped in a menu of ours arrives as text, and yet opens only the short window.
    return row.kind in MESSAGES and not (row.kind == "text" and "<bizmsgmenuid>" in (row.raw or ""))

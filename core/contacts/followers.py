"""A follower and their dialogue, as a transaction of several messages knows them: the columns that most need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.contacts.models import Conversation
from core.crypto import open_field
from core.db import Writes


@dataclass(frozen=True, slots=True)
class Follower:
    """Reads like a Contact. Whoever asks for more than is here needs the row itself, in a transaction of their own."""

    id: UUID
    open_id_hash: str
    last_seen_at: datetime
    subscribed_at: datetime | None
    unsubscribed_at: datetime | None

    @property
    def is_subscribed(self) -> bool:
        """Whether the person follows now, as far as events told us."""
        return self.subscribed_at is not None and self.unsubscribed_at is None

    def __getattr__(self, name: str) -> Any:
        raise Writes(name)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A dialogue in progress, as it is stored."""

    id: UUID
    expecting: str
    expires_at: datetime
    answers_sealed: bytes | None

    @property
    def answers(self) -> str | None:
        """What was answered so far, as JSON."""
        sealed = self.answers_sealed
        return None if sealed is None else open_field(Conversation.__tablename__, self.id, "answers", sealed)

"""What a handler is given besides the message: session, person, dialogue, time, words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.contacts.conversations import Dialogue
from core.contacts.models import Contact
from core.messages import Article, NewsReply, TextReply
from core.resources import Resources
from core.understanding import Judgement


@dataclass(frozen=True)
class Context:
    """One message's surroundings; the transaction belongs to whoever made it."""

    session: Session
    contact: Contact
    dialogue: Dialogue
    judgement: Judgement
    resources: Resources
    now: datetime
    interaction_id: UUID
    argument: str = ""  # what follows the colon in a menu key or QR scene, such as event:1

    def say(self, key: str, variant: int = 0, /, **values: Any) -> TextReply:
        """Answer with a reviewed text."""
        return self.resources.say(key, self.now, variant, **values)

    def card(self, key: str, *articles: Article) -> NewsReply:
        """Answer with cards (图文)."""
        return NewsReply(key, articles)

    def with_argument(self, argument: str) -> Context:
        """The same surroundings for a route that was called with an argument."""
        return replace(self, argument=argument)

"""Dialogues of several turns (多轮对话): rows, so that they survive restarts and are seen by every process."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.contacts.models import Contact, Conversation
from core.db import changed_rows

LIFETIME = timedelta(minutes=30)


class Dialogue:
    """The dialogue of one person, as the handler of this message sees and changes it."""

    def __init__(self, session: Session, contact: Contact, now: datetime) -> None:
        self._session, self._contact, self._now = session, contact, now
        self._row = session.scalar(select(Conversation).where(Conversation.contact_id == contact.id))
        # The step that waited too long for its answer, or "".
        self.expired_step = ""
        if self._row is not None and self._row.expires_at <= now:
            self.expired_step = self._row.expecting
            self.clear()

    @property
    def has_expired(self) -> bool:
        """Whether a dialogue was found that nobody went on with in time."""
        return bool(self.expired_step)

    @property
    def expecting(self) -> str:
        """The step that the person's next words belong to, or ""."""
        return self._row.expecting if self._row is not None else ""

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered or remembered so far (a copy)."""
        if self._row is None or self._row.answers is None:
            return {}
        return dict(json.loads(self._row.answers))

    def expect(self, step: str, **answers: Any) -> None:
        """Wait for the answer to `step`, remembering `answers` besides the earlier ones; starts the clock anew."""
        kept = self.answers | answers
        if self._row is None:
            self._row = Conversation(contact_id=self._contact.id)
            self._session.add(self._row)
        self._row.expecting = step
        self._row.answers = json.dumps(kept, ensure_ascii=False)
        self._row.updated_at = self._now
        self._row.expires_at = self._now + LIFETIME

    def keep_for(self, lifetime: timedelta) -> None:
        """Let the step that is expected now wait this long, instead of the usual half an hour."""
        if self._row is not None:
            self._row.expires_at = self._now + lifetime

    def begin(self, step: str, **answers: Any) -> None:
        """Forget what was remembered and wait for the answer to `step`."""
        self.clear()
        self.expect(step, **answers)

    def clear(self) -> None:
        """End the dialogue."""
        if self._row is not None:
            self._session.delete(self._row)
            self._session.flush()
            self._row = None


def drop_expired(session: Session, now: datetime) -> int:
    """Delete dialogues that nobody went on with; gives how many."""
    return changed_rows(session, delete(Conversation).where(Conversation.expires_at <= now))

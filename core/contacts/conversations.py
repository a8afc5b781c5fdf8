"""Dialogues of several turns (多轮对话): rows, so that they survive restarts and are seen by every process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.contacts.followers import Remembered
from core.contacts.models import Contact, Conversation
from core.crypto import seal_field
from core.db import changed_rows, upsert
from core.ids import new_id
from core.prepared import Prepared, among

LIFETIME = timedelta(minutes=30)


class Dialogue:
    """The dialogue of one person, as the handler of this message sees and changes it; `save` writes it down."""

    def __init__(self, contact_id: UUID, row: Conversation | Remembered | None, now: datetime) -> None:
        self._contact_id, self._now, self._row = contact_id, now, row
        self._step = row.expecting if row is not None else ""
        self._answers: dict[str, Any] | None = None
        self._expires_at = row.expires_at if row is not None else now
        self.is_changed = False
        # The step that waited too long for its answer, or "".
        self.expired_step = ""
        if row is not None and row.expires_at <= now:
            self.expired_step = row.expecting
            self.clear()

    @classmethod
    def of(cls, session: Session, contact: Contact, now: datetime) -> Dialogue:
        """The person's dialogue as it is stored."""
        query = select(Conversation).where(Conversation.contact_id == contact.id)
        # Written by `save` behind the session's back, so what the session remembers may be old.
        return cls(contact.id, session.scalar(query, execution_options={"populate_existing": True}), now)

    @property
    def has_expired(self) -> bool:
        """Whether a dialogue was found that nobody went on with in time."""
        return bool(self.expired_step)

    @property
    def expecting(self) -> str:
        """The step that the person's next words belong to, or ""."""
        return self._step

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered or remembered so far (a copy)."""
        if self._answers is None:
            stored = self._row.answers if self._row is not None and self._step else None
            self._answers = dict(json.loads(stored)) if stored is not None else {}
        return dict(self._answers)

    def expect(self, step: str, **answers: Any) -> None:
        """Wait for the answer to `step`, remembering `answers` besides the earlier ones; starts the clock anew."""
        self._answers = self.answers | answers
        self._step, self._expires_at, self.is_changed = step, self._now + LIFETIME, True

    def keep_for(self, lifetime: timedelta) -> None:
        """Let the step that is expected now wait this long, instead of the usual half an hour."""
        if self._step:
            self._expires_at, self.is_changed = self._now + lifetime, True

    def begin(self, step: str, **answers: Any) -> None:
        """Forget what was remembered and wait for the answer to `step`."""
        self.clear()
        self.expect(step, **answers)

    def clear(self) -> None:
        """End the dialogue."""
        self.is_changed = self.is_changed or bool(self._step)
        self._step, self._answers = "", {}

    @property
    def contact_id(self) -> UUID:
        """Whose it is."""
        return self._contact_id

    def row(self) -> dict[str, Any]:
        """The columns to write while a step is expected."""
        id_ = self._row.id if self._row is not None else new_id()
        answers = json.dumps(self.answers, ensure_ascii=False)
        return {
            "id": id_,
            "contact_id": self._contact_id,
            "expecting": self._step,
            "answers_sealed": seal_field(Conversation.__tablename__, id_, "answers", answers),
            "updated_at": self._now,
            "expires_at": self._expires_at,
        }


def save(session: Session, dialogues: Sequence[Dialogue]) -> None:
    """Write down what changed in dialogues of different people."""
    changed = [dialogue for dialogue in dialogues if dialogue.is_changed]
    if ended := [dialogue.contact_id for dialogue in changed if not dialogue.expecting]:
        _END.write(session, [{"people": ended}])
    if going_on := [dialogue.row() for dialogue in changed if dialogue.expecting]:
        _GO_ON.write(session, going_on)
    for dialogue in changed:
        dialogue.is_changed = False


_END = Prepared(lambda dialect: delete(Conversation).where(among(Conversation.contact_id, "people", dialect)))
_GO_ON = Prepared(lambda dialect: upsert(dialect, Conversation, "contact_id"))


def drop_expired(session: Session, now: datetime) -> int:
    """Delete dialogues that nobody went on with; gives how many."""
    return changed_rows(session, delete(Conversation).where(Conversation.expires_at <= now))

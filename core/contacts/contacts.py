"""Find or make the contact (联系人) behind an OpenID."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.crypto import keyring


def insert_ignoring_conflicts(session: Session, model: Any) -> Any:
    """`INSERT … ON CONFLICT DO NOTHING` of the database in use; waits for a concurrent twin to end."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(model).on_conflict_do_nothing()


def find(session: Session, open_id: str) -> Contact | None:
    """The contact with this OpenID, or None."""
    return session.scalar(select(Contact).where(Contact.open_id_hash == keyring().lookup(open_id)))


def meet(session: Session, open_id: str, at: datetime) -> Contact:
    """The contact with this OpenID, made now if it is the first time; locked until the transaction ends.

    The lock makes two messages of one person, on two machines, take turns.
    """
    contact = _locked(session, open_id)
    if contact is None:
        new = Contact(open_id_hash=keyring().lookup(open_id), open_id=open_id, created_at=at, last_seen_at=at)
        values = {"id": new.id, "open_id_hash": new.open_id_hash, "open_id_sealed": new.open_id_sealed}
        values |= {"created_at": at, "last_seen_at": at, "source_scene": ""}
        session.execute(insert_ignoring_conflicts(session, Contact).values(**values))
        contact = _locked(session, open_id)
        assert contact is not None
    if contact.erased_at is not None:
        # Somebody whom we forgot writes again: a new beginning under the same key.
        contact.open_id, contact.erased_at = open_id, None
    return contact


def _locked(session: Session, open_id: str) -> Contact | None:
    query = select(Contact).where(Contact.open_id_hash == keyring().lookup(open_id))
    # NO KEY UPDATE: a notice owed to this person by somebody who cancels (a row that points here) must not wait for us
    # while we wait for their event: that would be a deadlock.
    return session.scalar(query.with_for_update(key_share=True))

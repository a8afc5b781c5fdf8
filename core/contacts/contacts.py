"""Find or make the contact (联系人) behind an OpenID."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.crypto import keyring
from core.db import insert_ignoring_conflicts


def find(session: Session, open_id: str) -> Contact | None:
    """The contact with this OpenID, or None."""
    return session.scalar(select(Contact).where(Contact.open_id_hash == keyring().lookup(open_id)))


def meet(session: Session, open_id: str, at: datetime) -> Contact:
    """The contact with this OpenID, made now if it is the first time; locked until the transaction ends.

    The lock makes two messages of one person, on two machines, take turns.
    """
    contact = lock(session, open_id)
    if contact is None:
        new = Contact(open_id_hash=keyring().lookup(open_id), open_id=open_id, created_at=at, last_seen_at=at)
        values = {"id": new.id, "open_id_hash": new.open_id_hash, "open_id_sealed": new.open_id_sealed}
        values |= {"created_at": at, "last_seen_at": at, "source_scene": ""}
        session.execute(insert_ignoring_conflicts(session, Contact).values(**values))
        contact = lock(session, open_id)
        assert contact is not None
    if contact.erased_at is not None:
        # Somebody whom we forgot writes again: a new beginning under the same key.
        contact.open_id, contact.erased_at = open_id, None
    return contact


def lock(session: Session, open_id: str) -> Contact | None:
    """The contact with this OpenID, theirs alone until the transaction ends; or None."""
    query = select(Contact).where(Contact.open_id_hash == keyring().lookup(open_id))
    # NO KEY UPDATE: a notice owed to this person by somebody who cancels (a row that points here) must not wait for us
    # while we wait for their event: that would be a deadlock.
    return session.scalar(query.with_for_update(key_share=True))

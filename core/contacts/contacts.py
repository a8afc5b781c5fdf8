"""Find or make the contact (联系人) behind an OpenID."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, Executable, select
from sqlalchemy.orm import Session

from core.contacts.followers import Follower, Remembered
from core.contacts.models import Contact, Conversation
from core.crypto import keyring
from core.db import insert_ignoring_conflicts
from core.prepared import Prepared, among


def find(session: Session, open_id: str) -> Contact | None:
    """The contact with this OpenID, or None."""
    return session.scalar(select(Contact).where(Contact.open_id_hash == keyring().lookup(open_id)))


def meet(session: Session, open_id: str, at: datetime, locked: Contact | None = None) -> Contact:
    """The contact with this OpenID (`locked` when somebody has it already), made now if it is the first time.

    Locked until the transaction ends: two messages of one person, on two machines, take turns.
    """
    contact = locked or lock(session, open_id)
    if contact is None:
        new = Contact(open_id_hash=keyring().lookup(open_id), open_id=open_id, created_at=at, last_seen_at=at)
        values = {"id": new.id, "open_id_hash": new.open_id_hash, "open_id_sealed": new.open_id_sealed}
        values |= {"created_at": at, "last_seen_at": at, "source_scene": ""}
        session.execute(insert_ignoring_conflicts(session.get_bind().dialect, Contact).values(**values))
        contact = lock(session, open_id)
        assert contact is not None
    if contact.erased_at is not None:
        # Somebody whom we forgot writes again: a new beginning under the same key.
        contact.open_id, contact.erased_at = open_id, None
    return contact


def introduce(session: Session, followers: Mapping[str, bool], at: datetime) -> None:
    """Make contacts of people whom we have not met; the value says whether what they sent shows that they follow us.

    In the order of their hashes, so that two processes that meet the same people do not wait for each other in turn.
    """
    rows: list[dict[str, Any]] = []
    for open_id, is_follower in followers.items():
        contact = Contact(open_id_hash=keyring().lookup(open_id), open_id=open_id)
        row = {"id": contact.id, "open_id_hash": contact.open_id_hash, "open_id_sealed": contact.open_id_sealed}
        row |= {"created_at": at, "last_seen_at": at, "source_scene": "", "subscribed_at": at if is_follower else None}
        rows.append(row)
    rows.sort(key=lambda row: row["open_id_hash"])
    session.connection().execute(insert_ignoring_conflicts(session.get_bind().dialect, Contact), rows)


def lock_known(session: Session, open_ids: Collection[str]) -> dict[str, tuple[Follower, Remembered | None]]:
    """Those of these people whom we know, locked, with their dialogues; whom another transaction holds is left out."""
    hashes = {keyring().lookup(open_id): open_id for open_id in open_ids}
    rows = _LOCK_KNOWN.rows(session, hashes=list(hashes))
    return {hashes[row[1]]: (Follower(*row[:5]), Remembered(*row[5:]) if row[5] else None) for row in rows}


def _lock_known(dialect: Dialect) -> Executable:
    person = Contact.id, Contact.open_id_hash, Contact.last_seen_at, Contact.subscribed_at, Contact.unsubscribed_at
    dialogue = Conversation.id, Conversation.expecting, Conversation.expires_at, Conversation.answers_sealed
    known = (
        select(*person, *dialogue)
        .outerjoin(Conversation, Conversation.contact_id == Contact.id)
        .where(among(Contact.open_id_hash, "hashes", dialect), Contact.erased_at.is_(None))
    )
    # Waiting for one person would make all the others wait, and might wait for ever.
    return known.with_for_update(of=Contact, key_share=True, skip_locked=True)


_LOCK_KNOWN = Prepared(_lock_known)


def lock(session: Session, open_id: str) -> Contact | None:
    """The contact with this OpenID, theirs alone until the transaction ends; or None."""
    query = select(Contact).where(Contact.open_id_hash == keyring().lookup(open_id))
    # NO KEY UPDATE: a notice owed to this person by somebody who cancels (a row that points here) must not wait for us
    # while we wait for their event: that would be a deadlock.
    return session.scalar(query.with_for_update(key_share=True))

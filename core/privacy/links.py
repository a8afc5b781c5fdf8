"""Download links (下载链接): a sealed token that names a contact for 24 hours and tells nobody else whom."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contacts.models import Contact
from core.crypto import SealBroken, keyring
from core.privacy.models import Erasure

VALID_FOR = timedelta(hours=24)
# Longer than any token of ours: refused before it is decoded.
LONGEST = 300
_CONTEXT = "privacy:link:contact"


@dataclass(frozen=True)
class Link:
    """Whose data, and when they asked for it."""

    contact_id: UUID
    made_at: datetime


def make(contact: Contact, now: datetime) -> str:
    """A token for the address; sealed under the data keys, so it can be neither made nor read elsewhere."""
    plain = f"{contact.id}|{int(now.timestamp())}".encode()
    return base64.urlsafe_b64encode(keyring().seal(plain, _CONTEXT)).decode().rstrip("=")


def read(token: str, now: datetime) -> Link | None:
    """What the token says; None when it is forged, garbled or too old."""
    try:
        sealed = base64.b64decode(token[:LONGEST] + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        contact_id, seconds = keyring().open(sealed, _CONTEXT).decode().split("|")
    except (binascii.Error, ValueError, SealBroken):
        return None
    link = Link(UUID(contact_id), datetime.fromtimestamp(int(seconds), UTC))
    return link if now - link.made_at < VALID_FOR else None


def holder(session: Session, token: str, now: datetime) -> Contact | None:
    """The contact whose link this is; None when the link died: too old, or erased since."""
    link = read(token, now)
    contact = session.get(Contact, link.contact_id) if link else None
    if link is None or contact is None or contact.erased_at is not None:
        return None
    erased = select(Erasure.id).where(Erasure.open_id_hash == contact.open_id_hash, Erasure.at >= link.made_at)
    return None if session.scalars(erased).first() else contact

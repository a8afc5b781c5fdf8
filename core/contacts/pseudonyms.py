"""A name for somebody whose name is nobody's business (化名): the same person always has the same one (P10).

It is the beginning of the keyed hash by which we know them, so an index finds the person behind it, and without
LOOKUP_KEY nobody gets from it to an OpenID or back.
"""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import Select, select

from core.contacts.models import Contact

LENGTH = 8
_WRITTEN = re.compile(r"(?:关注者)?([0-9a-f]{4})-?([0-9a-f]{4})", re.IGNORECASE)


def of(open_id_hash: str) -> str:
    """关注者 7F3A-2C1B."""
    letters = open_id_hash[:LENGTH].upper()
    return f"关注者 {letters[:4]}-{letters[4:]}"


def read(written: str) -> str | None:
    """7F3A-2C1B of whatever way somebody writes it (关注者 7f3a2c1b); None when it is none."""
    match = _WRITTEN.fullmatch("".join(written.split()))
    return f"{match[1]}-{match[2]}".upper() if match else None


def behind(pseudonym: str) -> Select[UUID]:
    """The ids of the contacts with this pseudonym, as `read` gives it: one, or none."""
    start = pseudonym.replace("-", "").lower()
    # A range and no LIKE: PostgreSQL takes the index for it whatever its collation. No hex digit is behind "g".
    return select(Contact.id).where(Contact.open_id_hash >= start, Contact.open_id_hash < start + "g")

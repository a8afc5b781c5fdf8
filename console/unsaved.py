"""What was being saved when the login had expired (未保存的内容): sealed into the login page, then offered again."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from werkzeug.datastructures import MultiDict

from core.crypto import SealBroken, keyring

CONTEXT = "console:unsaved"
LIFETIME = timedelta(hours=1)
LARGEST = 200_000
# A page must not carry these around, not even sealed.
SECRETS = {"password", "current", "fresh", "again", "code"}


@dataclass(frozen=True)
class Unsaved:
    """A form: where it was going, and its fields without the old page's token."""

    path: str
    fields: list[tuple[str, str]]


def pack(owner: UUID, path: str, form: MultiDict[str, str], now: datetime) -> str:
    """For a hidden field of the login page; nothing for a form with secrets, or one that is too large."""
    fields = [(name, value) for name, value in form.items(multi=True) if name != "csrf_token"]
    if any(name in SECRETS for name, _ in fields):
        return ""
    plain = json.dumps({"owner": str(owner), "path": path, "fields": fields, "until": (now + LIFETIME).timestamp()})
    sealed = base64.urlsafe_b64encode(keyring().seal(plain.encode(), CONTEXT)).decode()
    return sealed if len(sealed) <= LARGEST else ""


def unpack(text: str, owner: UUID, now: datetime) -> Unsaved | None:
    """What was packed, for the one who wrote it and nobody else who signs in at the same desk."""
    try:
        plain = json.loads(keyring().open(base64.urlsafe_b64decode(text), CONTEXT)) if text else None
    except (SealBroken, binascii.Error, ValueError):
        return None
    if plain is None or plain["owner"] != str(owner) or now.timestamp() > plain["until"]:
        return None
    return Unsaved(plain["path"], [(name, value) for name, value in plain["fields"]])

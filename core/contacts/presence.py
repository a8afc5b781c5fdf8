"""Whether a person follows us (关注状态), as far as their pushes tell."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Dialect, Update, bindparam, delete, update
from sqlalchemy.orm import Session

from core.contacts.followers import Follower
from core.contacts.models import Contact, Conversation
from core.messages import InboundMessage, Message, PrivacyChange, Subscribe, Unsubscribe
from core.prepared import Prepared, among

LONGEST_SCENE = 64  # platform D7: a scene of a permanent QR code
# How far behind `last_seen_at` may be: written at every message, it would cost more than the message itself.
EXACT_TO = timedelta(minutes=1)


def note(session: Session, contact: Contact, message: InboundMessage, now: datetime) -> None:
    """Keep the contact's state up to date with this push; the pipeline calls it before any route."""
    body = message.body
    if isinstance(body, PrivacyChange):
        return  # sent by the platform, not by the person
    if now < contact.last_seen_at:
        return  # it waited in the spool while newer ones came: what we know is newer
    contact.last_seen_at = now
    if isinstance(body, Unsubscribe):
        _leave(session, contact, now)
    elif isinstance(body, Subscribe):
        contact.subscribed_at, contact.unsubscribed_at = now, None
        contact.source_scene = body.scene[:LONGEST_SCENE]
    elif isinstance(body, Message) and not contact.is_subscribed:
        # Only a follower can write to us, so the subscribe event was lost, or is still on its way.
        contact.subscribed_at, contact.unsubscribed_at = now, None


def is_settled(contact: Contact | Follower, message: InboundMessage) -> bool:
    """Whether this push tells nothing new about the person but that they are here."""
    return contact.is_subscribed or not isinstance(message.body, Message)


def is_stale(contact: Contact | Follower, now: datetime) -> bool:
    """Whether it is time to write down that they are here."""
    return now - contact.last_seen_at >= EXACT_TO


def was_here(contact: Contact | Follower, since: timedelta, now: datetime) -> bool:
    """Whether they may have written within this time."""
    return now - contact.last_seen_at < since + EXACT_TO


def saw(session: Session, contact_ids: Collection[UUID], now: datetime) -> None:
    """Write down that these people are here."""
    if contact_ids:
        _SAW.write(session, [{"people": contact_ids, "now": now}])


def _saw(dialect: Dialect) -> Update:
    moment = bindparam("now", type_=Contact.last_seen_at.type)
    seen = update(Contact).where(among(Contact.id, "people", dialect), Contact.last_seen_at < moment)
    return seen.values(last_seen_at=moment)


_SAW = Prepared(_saw)


def _leave(session: Session, contact: Contact, now: datetime) -> None:
    contact.unsubscribed_at = now
    # Nobody will answer the question that is still open.
    session.execute(delete(Conversation).where(Conversation.contact_id == contact.id))


def note_unreachable(session: Session, contact: Contact, now: datetime) -> None:
    """WeChat says that this person cannot be written to: their leaving never reached us."""
    if contact.unsubscribed_at is None:
        _leave(session, contact, now)

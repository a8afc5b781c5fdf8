"""Whether a person follows us (关注状态), as far as their pushes tell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.contacts.models import Contact, Conversation
from core.messages import InboundMessage, Message, PrivacyChange, Subscribe, Unsubscribe

LONGEST_SCENE = 64  # platform D7: a scene of a permanent QR code


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


def _leave(session: Session, contact: Contact, now: datetime) -> None:
    contact.unsubscribed_at = now
    # Nobody will answer the question that is still open.
    session.execute(delete(Conversation).where(Conversation.contact_id == contact.id))

"""Copies (副本) of events for a rehearsal in a database of its own: what everybody may see, and nobody's sign-up."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from core.events.models import Event

_NAMES = [attribute.key for attribute in inspect(Event).column_attrs]


def copy_into(session: Session, events: Iterable[Event]) -> None:
    """Put the same events into another database."""
    session.add_all(Event(**{name: getattr(event, name) for name in _NAMES}) for event in events)
    session.flush()

"""Events (活动): what is coming, details, seats. Signing up happens in chat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from core.events import forms, listing, waiting_list
from core.events.models import Event
from mp_backend.pages.house import House


def add(door: Blueprint, house: House) -> None:
    @door.get("/events/")
    def list_events() -> str:
        with house.database.reading() as session:
            events = listing.coming(session, house.clock.now())
            return render_template("pages/events.html", events=[_told(session, event, house) for event in events])

    @door.get("/events/<number>")
    def show_event(number: str) -> str:
        with house.database.reading() as session:
            return render_template("pages/event.html", **_told(session, listing.get(session, number), house))


def _told(session: Session, event: Event, house: House) -> dict[str, Any]:
    """The event with what depends on the moment."""
    now = house.clock.now()
    meetings = [one | {"at": datetime.fromisoformat(one["starts_at"])} for one in event.sessions]
    return {
        "event": event,
        "state": listing.state_of(event, now),
        "waiting": waiting_list.queue_length(session, event),
        "ages": forms.ages(event),
        "questions": forms.questions(event, {}),
        "meetings": meetings,
    }

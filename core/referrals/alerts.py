"""Tell the duty counselors (告警) about a case: number, risk, topic, age; never words or identity (R8)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.outbox import deliveries
from core.outbox.letters import Addressee, CardLetter, Desk, Letter, NotOwed, Plan, TextLetter
from core.outbox.models import REFERRAL_ALERT, UNHANDLED_CRISIS, Delivery
from core.referrals.models import Referral

# How long somebody waits is told in the largest of these, by minutes.
UNITS = (("days", 24 * 60), ("hours", 60), ("minutes", 1))


def owe(session: Session, referral: Referral, interaction_id: UUID | None, now: datetime) -> Delivery:
    """Write the alert in the transaction of its cause; one per case and message."""
    payload = {
        "number": referral.number,
        "risk": referral.risk,
        "topic": referral.topic,
        "source": referral.source,
        "age_minutes": int((now - referral.opened_at).total_seconds() // 60),
    }
    alert = deliveries.owe(
        session,
        REFERRAL_ALERT,
        f"{REFERRAL_ALERT}:{referral.id}:{interaction_id}",
        now,
        payload,
        referral_id=referral.id,
        interaction_id=interaction_id,
    )
    session.flush()
    return alert


def write(session: Session, alert: Delivery, desk: Desk, now: datetime) -> Plan | NotOwed:
    """A card for every colleague on duty, or else plain words; the next role only when nobody of one can be reached."""
    letters = _letters(_keywords(alert, desk, now), desk, now)
    people = [(person.role, Addressee(person.open_id, letters)) for person in desk.reachable(session)]
    return Plan(tuple(tuple(each for _, each in circle) for _, circle in groupby(people, key=lambda one: one[0])))


def _letters(keywords: dict[str, str], desk: Desk, now: datetime) -> tuple[Letter, ...]:
    words = TextLetter(desk.say("alerts.message", now, **keywords, url=desk.alert_url).text, reserve=0)
    if not desk.alert_template:
        return (words,)
    data = dict(zip(desk.alert_fields, keywords.values(), strict=True))
    return CardLetter(desk.alert_template, data, desk.alert_url), words


def _keywords(alert: Delivery, desk: Desk, now: datetime) -> dict[str, str]:
    """Number, risk, topic and how long they wait, in this order, as people read it."""
    facts: dict[str, Any] = json.loads(alert.payload)
    waited = now - alert.created_at + timedelta(minutes=facts.get("age_minutes", 0))
    return {
        "number": facts.get("number") or _spare_number(alert),
        "risk": desk.say(f"alerts.risk.{facts['risk']}", now).text,
        "topic": _topic(alert, facts, desk, now),
        "waited": _waited(waited, desk, now),
    }


def _spare_number(alert: Delivery) -> str:
    """What a message without a case goes by; it is the end of its id."""
    return f"U-{str(alert.interaction_id)[-8:].upper()}"


def _topic(alert: Delivery, facts: dict[str, Any], desk: Desk, now: datetime) -> str:
    if alert.kind == UNHANDLED_CRISIS:
        return desk.say("alerts.unhandled", now).text
    return facts.get("topic") or desk.say("alerts.topic_none", now).text


def _waited(waited: timedelta, desk: Desk, now: datetime) -> str:
    minutes = int(waited.total_seconds() // 60)
    unit, size = next((each for each in UNITS if minutes >= each[1]), ("now", 1))
    return desk.say(f"alerts.waited.{unit}", now, count=minutes // size).text

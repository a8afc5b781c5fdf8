"""The audit after a run: the platform's ledger against the database, read by nothing of the product's own judgement."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bench.chaos.members import Deployment
from bench.chaos.platform_ledger import Heard, hear, identity
from bot.spool import Spool
from bot.store import Store, open_store
from core.config import load
from core.crypto import keyring
from core.events.models import Signup
from core.interactions.models import Interaction
from core.outbox.models import ACCEPTED, PENDING, REFERRAL_ALERT, UNHANDLED_CRISIS, UNKNOWN, Attempt, Delivery
from core.referrals.models import CaseEvent

# Rather twice than never (R8).
ALERTS = (REFERRAL_ALERT, UNHANDLED_CRISIS)


def store_of(deployment: Deployment) -> Store:
    """The deployment's keys and database, as its own commands open them."""
    values: dict[str, Any] = {name.lower(): value for name, value in deployment.environment.items()}
    return open_store(load(_env_file=None, **values))


def settle(deployment: Deployment, store: Store, patience_s: float) -> int:
    """Wait until nothing is spooled or due any more, or nothing moves for so long; gives how many are still owed."""
    store.database.close()  # its connections died with the server before last
    left, give_up = None, time.monotonic() + patience_s
    while (now_left := _left(deployment, store)) != (0, 0):
        if now_left != left:
            left, give_up = now_left, time.monotonic() + patience_s
        if time.monotonic() > give_up:
            break
        time.sleep(0.5)
    return _owed(store)


def _left(deployment: Deployment, store: Store) -> tuple[int, int]:
    """Bytes in the spools, and deliveries that are owed; unknown while a machine calls itself not ready."""
    if not all(machine.answers_ready() for machine in deployment.machines):
        return -1, -1
    return sum(machine.spooled_bytes() for machine in deployment.machines), _owed(store)


def audit(deployment: Deployment, store: Store) -> dict[str, Any]:
    """All figures of the run, from what was sent and what is stored."""
    heard = hear(deployment.ledger, deployment.environment)
    with store.database.reading(patient=True) as session:
        stored = _stored(session)
        spooled = _spooled(deployment, store)
        figures = _pushes(heard, stored, spooled) | _effects(session) | _sends(session, heard)
    own = json.loads(deployment.command("bot", "audit", "--json", check=False))
    figures["breaches"] = {name: count for name, count in own["checks"].items() if count}
    extra = ("doubled_rows", "differing_replies", "doubled_effects", "doubled_sends")
    return {"doubled": sum(figures[name] for name in extra)} | figures


def _owed(store: Store) -> int:
    due = select(func.count()).where(Delivery.state == PENDING)
    with store.database.reading() as session:
        return session.scalar(due) or 0


def _stored(session: Session) -> Counter[str]:
    """Rows by the identity of the push that they keep."""
    rows = session.scalars(select(Interaction).where(Interaction.direction == "in"))
    return Counter(identity(row.raw) for row in rows if row.raw)


def _spooled(deployment: Deployment, store: Store) -> set[str]:
    """What still waits in the spools: neither lost nor stored."""
    spools = [Spool(machine.spool, store.keyring, 1) for machine in deployment.machines]
    return {identity(record.xml) for spool in spools for record in spool.records()}


def _pushes(heard: Heard, stored: Counter[str], spooled: set[str]) -> dict[str, int]:
    pushes = heard.pushes
    acknowledged = {name for name, push in pushes.items() if push.acknowledged}
    return {
        "sent": len(pushes),
        "tries": sum(push.tries for push in pushes.values()),
        "acked": len(acknowledged),
        "unanswered": len(pushes) - len(acknowledged),
        "lost": len(acknowledged - stored.keys() - spooled),
        "left_in_spool": len(spooled - stored.keys()),
        "rows": stored.total(),
        "doubled_rows": _beyond_one(stored.values()),
        "rows_nobody_sent": len(stored.keys() - pushes.keys()),
        "differing_replies": _beyond_one(len(push.replies) for push in pushes.values() if push.replies),
        "degraded_answers": sum(push.degraded for push in pushes.values()),
        "late": sum(push.late for push in pushes.values()),
    }


def _effects(session: Session) -> dict[str, int]:
    """One push, one effect: lines in a case's history, places at an event, things owed."""
    causes_and_effects = (
        (CaseEvent.interaction_id, CaseEvent.kind),
        (Signup.contact_id, Signup.event_id),
        (Delivery.interaction_id, Delivery.kind, Delivery.contact_id),
    )
    counts = [
        list(session.scalars(select(func.count()).where(columns[0].is_not(None)).group_by(*columns)))
        for columns in causes_and_effects
    ]
    return {
        "doubled_effects": sum(_beyond_one(each) for each in counts),
        "case_lines": len(counts[0]),
        "places": len(counts[1]),
    }


def _sends(session: Session, heard: Heard) -> dict[str, Any]:
    """What the platform took against the calls that the table knows of; an unknown outcome may have arrived or not."""
    took = Counter({keyring().lookup(person): count for person, count in heard.accepted.items()})
    sure = Counter(session.scalars(select(Attempt.recipient).where(Attempt.outcome == ACCEPTED)))
    unsure = Counter(session.scalars(select(Attempt.recipient).where(_is_unsure())))
    kind_and_state = (Delivery.kind, Delivery.state)
    states = session.execute(select(*kind_and_state, func.count()).group_by(*kind_and_state))
    repeated = _repeated(session)
    return {
        "sends_accepted": took.total(),
        "sends_missing": (sure - took).total(),
        "doubled_sends": (took - sure - unsure).total() + repeated["never"],
        "repeated_in_a_crisis": repeated["in a crisis"],
        "deliveries": {f"{kind} {state}": count for kind, state, count in states},
    }


def _is_unsure() -> ColumnElement[bool]:
    return or_(Attempt.outcome.is_(None), Attempt.outcome == UNKNOWN)


def _repeated(session: Session) -> Counter[str]:
    """Deliveries that may have reached somebody more than once: only an alert or a crisis reply is allowed to."""
    may_have_arrived = or_(Attempt.outcome == ACCEPTED, _is_unsure())
    calls = select(Attempt.delivery_id, func.count()).where(may_have_arrived)
    twice: Counter[str] = Counter()
    for delivery_id, count in session.execute(calls.group_by(Attempt.delivery_id, Attempt.recipient)):
        twice["in a crisis" if _is_grave(session, session.get_one(Delivery, delivery_id)) else "never"] += count - 1
    return twice


def _is_grave(session: Session, delivery: Delivery) -> bool:
    cause = session.get(Interaction, delivery.interaction_id) if delivery.interaction_id else None
    return delivery.kind in ALERTS or (cause is not None and cause.risk != "none")


def _beyond_one(counts: Iterable[int]) -> int:
    return sum(count - 1 for count in counts)

"""What console and metrics are told of the outbox, and what a human settles."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core import audit
from core.outbox import state
from core.outbox.models import NEEDS_HUMAN, PENDING, REFUSED, SENT
from core.outbox.state import AlreadySettled
from core.wechat.errors import WeChatRefused


def test_the_outbox_tells_how_it_stands(office):
    office.owe_alert("qing")
    office.owe_alert("hua")
    office.owe_reply("lin")
    office.clock.move(minutes=3)
    owed = office.owe_reply("mei")
    office.wechat.refuses(47003)
    office.sender.deliver(owed)

    def look(session, now):
        counts, due = state.counts(session), state.oldest_due(session, now)
        return counts, now - due, state.alerts_waiting(session), state.needing_human(session)

    counts, lag, alerts, needing = office.in_transaction(look)
    assert counts == {
        ("referral_alert", PENDING): 2,
        ("customer_service_message", PENDING): 1,
        ("customer_service_message", NEEDS_HUMAN): 1,
    }
    assert lag.total_seconds() == 180
    assert (alerts.count, (office.clock.now() - alerts.since).total_seconds()) == (2, 180)
    assert [row.id for row in needing] == [owed]


@pytest.mark.parametrize(("was_sent", "ends"), [(True, SENT), (False, REFUSED)])
def test_a_human_settles_what_the_machine_could_not(office, was_sent, ends):
    owed, staff_id = office.owe_reply("lin"), uuid4()
    office.wechat.refuses(47003)
    office.work()

    def settle(session, now):
        return state.settle_by_human(session, owed, staff_id, now, was_sent=was_sent, note="电话说过了")

    office.in_transaction(settle)
    row = office.row(owed)
    assert (row.state, row.settled_by, row.settled_at) == (ends, staff_id, office.clock.now())
    assert "电话说过了" in row.reason
    with pytest.raises(AlreadySettled):
        office.in_transaction(settle)
    assert breaches(office) == set()


def test_an_alert_that_waits_can_be_settled_too(office):
    owed = office.owe_alert()
    office.in_transaction(lambda session, now: state.settle_by_human(session, owed, uuid4(), now, was_sent=True))
    assert office.row(owed).state == SENT
    assert office.work(hours=1) == 0


def breaches(office) -> set[str]:
    found = office.in_transaction(audit.run)
    return {name for name, each in found.items() if each} - {"answered"}


def test_the_audit_finds_what_was_never_accepted_and_what_hangs(office):
    from core.outbox.models import Attempt, Delivery

    owed = office.owe_reply("lin")
    other = office.owe_reply("mei")
    office.work()
    assert breaches(office) == set()

    def damage(session, now):
        session.query(Attempt).filter(Attempt.delivery_id == owed).delete()
        session.query(Attempt).filter(Attempt.delivery_id == other).update({"outcome": None, "ended_at": None})
        session.get_one(Delivery, other).state = NEEDS_HUMAN

    office.in_transaction(damage)
    assert breaches(office) == {"sent_was_accepted"}
    office.clock.move(minutes=11)
    assert breaches(office) == {"sent_was_accepted", "no_call_hangs"}


def test_the_audit_sees_that_nobody_sends(office):
    office.owe_reply("lin")
    office.clock.move(minutes=11)
    assert breaches(office) == {"somebody_sends"}
    office.wechat.always_fails(WeChatRefused("/x", -1, ""))
    office.work()
    assert breaches(office) == set()

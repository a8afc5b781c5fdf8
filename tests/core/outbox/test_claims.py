"""Many workers on one outbox: each delivery leaves once (R12); and a control in which it does not."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from core.outbox import claims
from core.outbox.claims import Claim
from core.outbox.models import PENDING, SENT, Delivery
from tests.core.outbox.conftest import Colleague

WORKERS, OWED = 4, 12


class Slow:
    """A WeChat that takes its time, so that workers meet."""

    def __init__(self, office):
        self._office, self._gate = office, threading.Event()

    def send_text(self, *arguments):
        self._gate.wait(0.02)
        self._office.wechat.send_text(*arguments)


def work_together(office) -> list[BaseException]:
    """Some workers at once, until nothing is due; gives what went wrong."""
    ready, wrong = threading.Barrier(WORKERS), []

    def work() -> None:
        sender = office.make_sender(Slow(office))
        ready.wait()
        try:
            sender.send_due()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_several_workers_send_each_delivery_once(office):
    owed = [office.owe_reply(f"person{number}") for number in range(OWED)]
    assert work_together(office) == []
    assert Counter(who for who, _ in office.wechat.sent) == {f"o_person{number}": 1 for number in range(OWED)}
    assert {office.row(each).state for each in owed} == {SENT}


def test_without_claims_they_would_send_it_more_than_once(office, monkeypatch):
    """The control: workers that take what others hold, and do not look whether it is still theirs."""

    def take_anything(session, now):
        query = claims.select(Delivery).where(Delivery.state == PENDING).order_by(Delivery.id).limit(1)
        delivery = session.scalar(query)
        if delivery is not None:
            delivery.claim = delivery.claim or claims.uuid4()
        return delivery

    def hold_anything(session, claim, now):
        return session.get_one(Delivery, claim.delivery_id)

    monkeypatch.setattr(claims, "take_next", take_anything)
    monkeypatch.setattr(claims, "hold", hold_anything)
    monkeypatch.setattr("core.outbox.attempts.is_accepted", lambda *_: False)
    monkeypatch.setattr("core.outbox.attempts.close_unfinished", lambda *_: 0)
    for number in range(OWED):
        office.owe_reply(f"person{number}")
    work_together(office)
    assert max(Counter(who for who, _ in office.wechat.sent).values()) > 1


def test_two_messages_to_one_person_never_share_the_last_place(office):
    """Both senders would see one message left; the person's row makes them take turns."""
    interaction_id = office.push_from("lin")
    for _ in range(OWED):
        office.owe_reply_to(interaction_id)
    assert work_together(office) == []
    assert len(office.wechat.sent) == 3


def test_a_nudge_for_what_somebody_else_holds_does_nothing(office):
    owed = office.owe_reply("lin")

    class Meanwhile:
        def send_text(self, *arguments):
            assert office.sender.deliver(owed) is False
            assert office.sender.send_due() == 0
            office.wechat.send_text(*arguments)

    assert office.make_sender(Meanwhile()).deliver(owed) is True
    assert len(office.wechat.sent) == 1


def test_a_claim_that_ran_out_and_was_taken_over_is_worth_nothing(office):
    owed = office.owe_reply("lin")

    def take(session, now):
        delivery = claims.take(session, owed, now)
        return Claim(delivery.id, delivery.claim) if delivery else None

    def holds(claim):
        return office.in_transaction(lambda session, now: claims.hold(session, claim, now) is not None)

    first = office.in_transaction(take)
    assert office.in_transaction(take) is None
    assert holds(first)
    office.clock.move(seconds=61)
    second = office.in_transaction(take)
    assert (holds(first), holds(second)) == (False, True)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_worker_does_not_wait_for_a_row_that_another_one_holds(office):
    office.colleagues = [Colleague("counselor", "o_zhou")]
    first, second = office.owe_reply("lin"), office.owe_reply("mei")
    with office.database.transaction() as session:
        assert claims.take(session, first, office.clock.now())
        assert office.sender.send_due() == 1
    assert office.row(second).state == SENT

"""After the commit the workers hear of it; a nudge that is lost costs nothing but seconds (R20)."""

from __future__ import annotations

import threading

import pytest
import redis

from bench.servers.ports import free_port
from bench.servers.waiting import wait_until
from core.outbox import deliveries
from core.outbox.broker import Nudges
from core.outbox.models import SENT
from core.outbox.nudges import MOST_WAITING, Nudger


@pytest.fixture
def nudged(quick_office):
    """The ids that were passed on, with the nudger that did."""
    told = []
    nudger = Nudger(told.append)
    nudger.listen(quick_office.database)
    nudger.told = told
    yield nudger
    nudger.stop()


def owe(session, key, now):
    return deliveries.owe(session, "customer_service_message", key, now, {}).id


def test_what_is_committed_is_nudged(quick_office, nudged):
    owed = quick_office.in_transaction(lambda session, now: [owe(session, key, now) for key in "ab"])
    wait_until(lambda: nudged.told == owed, what="both nudges")


def test_what_is_rolled_back_is_not(quick_office, nudged):
    def fail(session, now):
        owe(session, "a", now)
        with session.begin_nested():
            owe(session, "b", now)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        quick_office.in_transaction(fail)
    nudged.stop()
    assert nudged.told == []


def test_nothing_is_told_before_the_commit(quick_office, nudged):
    with quick_office.database.transaction() as session:
        with session.begin_nested():
            owe(session, "a", quick_office.clock.now())
        assert nudged.told == []
        assert nudged._waiting.empty()


def test_the_same_cause_again_is_no_news(quick_office, nudged):
    for _ in range(2):
        owed = quick_office.in_transaction(lambda session, now: owe(session, "a", now))
    nudged.stop()
    assert nudged.told == [owed]


def test_a_redis_that_hangs_holds_no_request_up(quick_office):
    """The queue is full and nobody takes from it: the commit goes through all the same."""
    hanging, entered = threading.Event(), threading.Event()

    def hang(_):
        entered.set()
        hanging.wait(30)

    nudger = Nudger(hang)
    nudger.listen(quick_office.database)
    quick_office.in_transaction(lambda session, now: owe(session, "first", now))
    assert entered.wait(10)
    quick_office.in_transaction(lambda session, now: [owe(session, str(n), now) for n in range(MOST_WAITING + 5)])
    assert nudger.lost == 5
    hanging.set()
    nudger.stop()


def test_a_redis_that_is_away_is_counted_and_nothing_is_lost(quick_office):
    nudges = Nudges(f"redis://127.0.0.1:{free_port()}/0", quick_office.sender.deliver)
    nudger = Nudger(nudges.tell)
    nudger.listen(quick_office.database)
    owed = quick_office.owe_reply("lin")
    wait_until(lambda: nudger.lost == 1, what="the nudge to be given up")
    nudger.stop()
    nudges.stop()
    assert quick_office.work() == 1
    assert quick_office.row(owed).state == SENT


@pytest.fixture(params=["in process", "on redis"])
def nudges(request, quick_office):
    url = request.getfixturevalue("redis_url") if request.param == "on redis" else ""
    nudges = Nudges(url, quick_office.sender.deliver, threads=2)
    nudges.start()
    yield nudges
    nudges.stop()


def test_a_nudge_is_worked_on(quick_office, nudges):
    nudger = Nudger(nudges.tell)
    nudger.listen(quick_office.database)
    owed = quick_office.owe_reply("lin")
    wait_until(lambda: quick_office.row(owed).state == SENT, what="the message to be sent")
    nudger.stop()


def test_a_nudge_that_comes_twice_or_for_nothing_does_no_harm(quick_office, nudges):
    owed = quick_office.owe_reply("lin")
    for _ in range(5):
        nudges.tell(owed)
    wait_until(lambda: quick_office.row(owed).state == SENT, what="the message to be sent")
    assert len(quick_office.wechat.sent) == 1


def test_a_flushed_redis_loses_no_delivery(quick_office, redis_url):
    nudges = Nudges(redis_url, quick_office.sender.deliver)
    owed = [quick_office.owe_reply(who) for who in ("lin", "mei")]
    for each in owed:
        nudges.tell(each)
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    nudges.start()
    assert quick_office.work() == 2
    nudges.stop()
    assert [quick_office.row(each).state for each in owed] == [SENT, SENT]

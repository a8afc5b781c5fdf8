"""Sweeps go on whatever happens, and their heartbeat tells whether they do (R11, R23)."""

from __future__ import annotations

import threading

from sqlalchemy.exc import OperationalError

from bench.servers.waiting import wait_until
from core.mini_program import sessions
from core.mini_program.models import IDLE
from core.outbox import sweeps
from core.outbox.models import SENT
from core.outbox.schedule import Schedule
from core.outbox.sweeps import Sweep


def heartbeats(office):
    return office.in_transaction(lambda session, _: sweeps.heartbeats(session))


def test_one_round_of_everything_leaves_heartbeats(office):
    owed = office.owe_reply("lin")
    every = sweeps.all_of(office.database, office.clock, office.sender)
    done = Schedule(office.database, office.clock, every).once()
    assert done == {"deliveries": 1, "overdue": 0, "dialogues": 0, "erasures": 0, "logins": 0, "corrections": 0}
    assert office.row(owed).state == SENT
    assert heartbeats(office) == dict.fromkeys(done, office.clock.now())
    office.clock.move(minutes=1)
    Schedule(office.database, office.clock, every).once()
    assert set(heartbeats(office).values()) == {office.clock.now()}


def test_a_round_drops_mini_program_logins_that_are_over(office):
    """Nobody comes back to them; their rows would stay for ever."""
    old = office.in_transaction(lambda session, now: sessions.begin(session, "omp_lin", None, "a key", now)).token
    office.clock.move(seconds=IDLE.total_seconds() - 60)
    new = office.in_transaction(lambda session, now: sessions.begin(session, "omp_lin", None, "a key", now)).token
    office.clock.move(minutes=1)
    done = Schedule(office.database, office.clock, sweeps.all_of(office.database, office.clock, office.sender)).once()
    assert done["logins"] == 1
    left = office.in_transaction(lambda session, now: [sessions.find(session, each, now) for each in (old, new)])
    assert [each is None for each in left] == [True, False]


def test_a_round_that_fails_leaves_no_heartbeat_and_the_next_one_comes(quick_office):
    rounds = []

    def fail_twice(_):
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise OperationalError("x", {}, Exception())
        if len(rounds) == 2:
            raise ZeroDivisionError
        return 0

    schedule = Schedule(quick_office.database, quick_office.clock, [Sweep("x", 0.01, fail_twice)])
    assert schedule.once() == {"x": None}
    assert heartbeats(quick_office) == {}
    schedule.start()
    wait_until(lambda: "x" in heartbeats(quick_office), what="a whole round")
    schedule.stop()


def test_a_clock_that_jumps_back_stops_no_sweep(quick_office):
    """A scheduler that reckons by the wall clock would now rest for an hour."""
    rounds = []
    schedule = Schedule(quick_office.database, quick_office.clock, [Sweep("x", 0.01, lambda _: rounds.append(1) or 0)])
    schedule.start()
    wait_until(lambda: rounds)
    quick_office.clock.move(hours=-1)
    before = len(rounds)
    wait_until(lambda: len(rounds) > before + 2, what="more rounds")
    schedule.stop()


def test_a_stopped_schedule_finishes_what_is_at_hand(quick_office):
    entered, go_on, finished = threading.Event(), threading.Event(), []

    def slow(stopped):
        entered.set()
        go_on.wait(30)
        finished.append(stopped())
        return 0

    schedule = Schedule(quick_office.database, quick_office.clock, [Sweep("x", 60, slow)])
    schedule.start()
    assert entered.wait(10)
    stopping = threading.Thread(target=schedule.stop)
    stopping.start()
    wait_until(schedule._stop.is_set)
    go_on.set()
    stopping.join(10)
    assert finished == [True]


def test_two_clocks_at_once_do_the_work_once(office):
    owed = [office.owe_reply(f"p{number}") for number in range(6)]
    clocks = [
        Schedule(office.database, office.clock, sweeps.all_of(office.database, office.clock, office.make_sender()))
        for _ in range(2)
    ]
    for each in clocks:
        each.start()
    wait_until(lambda: {office.row(each).state for each in owed} == {SENT}, what="everything sent")
    for each in clocks:
        each.stop()
    assert len(office.wechat.sent) == 6

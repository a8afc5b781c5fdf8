"""Deadline and breaker: nobody waits for a database that is away."""

import threading

import pytest

from bot.limits import InTime, Unavailable
from core.breaker import Breaker


def hang(event: threading.Event) -> None:
    event.wait(30)


def test_work_that_hangs_is_given_up_at_the_deadline():
    release = threading.Event()
    with pytest.raises(Unavailable):
        InTime(0.05).run(lambda: hang(release))
    release.set()


def test_after_a_failure_nobody_waits():
    in_time = InTime(0.05)
    release = threading.Event()
    with pytest.raises(Unavailable):
        in_time.run(lambda: hang(release))
    ran = []
    with pytest.raises(Unavailable):
        in_time.run(lambda: ran.append(1))
    assert ran == []
    release.set()


def test_after_the_pause_one_caller_tries_and_success_closes():
    breaker = Breaker(pause_s=0)
    breaker.report(False)
    assert [breaker.admits(), breaker.admits()] == [True, False]
    breaker.report(True)
    assert [breaker.admits(), breaker.admits()] == [True, True]


def test_a_fault_of_the_work_itself_does_not_open_the_breaker():
    in_time = InTime(1)
    with pytest.raises(ZeroDivisionError):
        in_time.run(lambda: 1 / 0)
    assert in_time.run(lambda: 7) == 7


def test_who_wants_to_know_is_told_of_changes_only():
    told = []
    breaker = Breaker(pause_s=0, told=told.append)
    for success in (True, False, False, True, True):
        breaker.report(success)
    assert told == [True, False]

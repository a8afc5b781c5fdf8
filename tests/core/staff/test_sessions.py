"""Sessions are rows of ours: they end when we say so, and the token is kept by the browser alone."""

from datetime import timedelta

import pytest

from core.staff import brake, sessions
from core.staff.errors import TooManyAttempts
from core.staff.models import LoginBrake, StaffSession
from core.staff.staff import create_with_hash
from tests.support.fixtures_handlers import NOW


@pytest.fixture
def lina(session):
    return create_with_hash(session, "li.na", "李娜", "counselor", "$none", NOW)


def test_the_token_itself_is_stored_nowhere(session, lina):
    token = sessions.begin(session, lina, NOW, "Chrome · Windows")
    row = session.query(StaffSession).one()
    assert token not in str(vars(row))
    assert sessions.resume(session, token, NOW).staff is lina


@pytest.mark.parametrize(("after", "is_alive"), [({"minutes": 29}, True), ({"minutes": 30}, False)])
def test_idle_sessions_end(session, lina, after, is_alive):
    token = sessions.begin(session, lina, NOW)
    assert bool(sessions.resume(session, token, NOW + timedelta(**after))) is is_alive


def test_a_busy_session_ends_after_twelve_hours(session, lina):
    token = sessions.begin(session, lina, NOW)
    row = session.query(StaffSession).one()
    for quarter in range(1, 48):
        now = NOW + timedelta(minutes=15 * quarter)
        assert sessions.resume(session, token, now)
        sessions.touch(session, row, now)
        session.refresh(row)
    assert sessions.resume(session, token, NOW + timedelta(hours=12)) is None


def test_touching_does_not_wake_an_ended_session(session, lina):
    token = sessions.begin(session, lina, NOW)
    row = session.query(StaffSession).one()
    sessions.end(session, token, NOW)
    sessions.touch(session, row, NOW + timedelta(minutes=1))
    session.expire_all()
    assert sessions.resume(session, token, NOW) is None


def test_a_closed_accounts_session_is_nobody_however_it_was_closed(session, lina):
    token = sessions.begin(session, lina, NOW)
    lina.disabled_at = NOW
    session.flush()
    assert sessions.resume(session, token, NOW) is None


def test_ending_the_others_keeps_this_one(session, lina):
    tokens = [sessions.begin(session, lina, NOW) for _ in range(3)]
    assert sessions.end_all(session, lina, NOW, but=tokens[1]) == 2
    session.expire_all()
    assert [bool(sessions.resume(session, token, NOW)) for token in tokens] == [False, True, False]


def test_half_a_session_lasts_five_minutes_and_is_on_no_list(session, lina):
    token = sessions.begin(session, lina, NOW, is_complete=False)
    assert sessions.alive(session, lina, NOW) == []
    assert not sessions.resume(session, token, NOW).session.is_complete
    assert sessions.resume(session, token, NOW + timedelta(minutes=5)) is None


def test_old_sessions_are_forgotten_after_half_a_year(session, lina):
    sessions.begin(session, lina, NOW)
    assert sessions.drop_old(session, NOW + timedelta(days=180)) == 0
    assert sessions.drop_old(session, NOW + timedelta(days=181)) == 1


def fail(session, times, login="li.na", address="10.0.0.7", now=NOW):
    """How many of the tries were let through."""
    let_through = 0
    for _ in range(times):
        try:
            brake.claim(session, login, address, now)
            let_through += 1
        except TooManyAttempts:
            pass
    return let_through


def test_five_tries_are_free_then_each_waits_longer(session):
    assert fail(session, 10) == 5
    waits = []
    now = NOW
    for _ in range(8):
        with pytest.raises(TooManyAttempts) as error:
            brake.claim(session, "li.na", "10.0.0.7", now)
        waits.append(error.value.seconds)
        now += timedelta(seconds=error.value.seconds)
        brake.claim(session, "li.na", f"10.0.1.{len(waits)}", now)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_try_that_was_held_back_does_not_make_the_wait_longer(session):
    """Or a stranger could keep a counselor out for ever with nothing but impatience."""
    fail(session, 1000)
    assert fail(session, 1, now=NOW + timedelta(seconds=60)) == 1


def test_one_address_waits_for_all_names(session):
    assert sum(fail(session, 1, login=f"name{number}") for number in range(50)) == 20
    assert fail(session, 1, login="li.na", address="10.0.0.8") == 1


def test_a_right_password_clears_the_account_and_gives_the_address_its_try_back(session):
    fail(session, 4)
    brake.claim(session, "li.na", "10.0.0.7", NOW)
    brake.release(session, "li.na", "10.0.0.7")
    assert fail(session, 5) == 5
    assert max(row.failures for row in session.query(LoginBrake)) == 9


def test_half_an_hour_later_all_is_forgotten(session):
    fail(session, 6)
    later = NOW + timedelta(minutes=31)
    assert fail(session, 5, now=later) == 5
    assert brake.drop_old(session, later + timedelta(minutes=31)) == 2


def test_neither_names_nor_addresses_are_stored(session):
    fail(session, 1)
    stored = "".join(row.key for row in session.query(LoginBrake))
    assert "li.na" not in stored
    assert "10.0" not in stored

"""The second factor: a code of the moment, once."""

from datetime import timedelta

import pyotp
import pytest

from core.db import Database
from core.staff import second_factor
from core.staff.errors import CodeRefused
from core.staff.staff import create_with_hash
from tests.support.fixtures_handlers import NOW
from tests.support.threads import meanwhile


@pytest.fixture
def enrolled(session):
    person = create_with_hash(session, "li.na", "李娜", "counselor", "$none", NOW)
    secret = second_factor.propose(session, person.id)
    second_factor.confirm(session, person.id, code(secret, NOW), NOW)
    return person


def code(secret, at):
    return pyotp.TOTP(secret).at(at)


def test_a_reload_shows_the_same_secret_until_it_is_confirmed(session):
    person = create_with_hash(session, "li.na", "李娜", "counselor", "$none", NOW)
    secret = second_factor.propose(session, person.id)
    assert second_factor.propose(session, person.id) == secret
    assert not person.has_second_factor
    with pytest.raises(CodeRefused):
        second_factor.check(session, person.id, code(secret, NOW), NOW)  # not in force yet


def test_a_confirmed_secret_is_shown_to_nobody_again(session, enrolled):
    with pytest.raises(CodeRefused):
        second_factor.propose(session, enrolled.id)


def test_the_next_code_is_taken_and_only_once(session, enrolled):
    later = NOW + timedelta(seconds=30)
    fresh = code(enrolled.totp_secret, later)
    assert second_factor.check(session, enrolled.id, fresh, later) is enrolled
    with pytest.raises(CodeRefused):
        second_factor.check(session, enrolled.id, fresh, later)


def test_the_code_that_confirmed_does_not_sign_in(session, enrolled):
    with pytest.raises(CodeRefused):
        second_factor.check(session, enrolled.id, code(enrolled.totp_secret, NOW), NOW)


@pytest.mark.parametrize(("off", "is_taken"), [(-90, False), (60, True), (90, True), (120, True), (180, False)])
def test_a_phone_half_a_minute_off_is_forgiven_and_no_more(session, enrolled, off, is_taken):
    now = NOW + timedelta(seconds=90)
    given = code(enrolled.totp_secret, NOW + timedelta(seconds=off))
    if is_taken:
        second_factor.check(session, enrolled.id, given, now)
    else:
        with pytest.raises(CodeRefused):
            second_factor.check(session, enrolled.id, given, now)


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "１２３４５６", "' OR 1", "-12345"])
def test_what_is_no_code_is_refused(session, enrolled, given):
    with pytest.raises(CodeRefused):
        second_factor.check(session, enrolled.id, given, NOW)


def test_two_browsers_with_the_same_code_at_once_one_gets_in(database_url):
    database = Database(database_url)
    with database.transaction() as session:
        person = create_with_hash(session, "li.na", "李娜", "counselor", "$none", NOW)
        secret = second_factor.propose(session, person.id)
        second_factor.confirm(session, person.id, code(secret, NOW), NOW)
    later = NOW + timedelta(minutes=1)

    def enter():
        with database.transaction() as session:
            second_factor.check(session, person.id, code(secret, later), later)
            return "in"

    with database.transaction() as session:
        second_factor.check(session, person.id, code(secret, later), later)
        finish = meanwhile(enter)
    result = finish()
    database.close()
    assert isinstance(result, CodeRefused)

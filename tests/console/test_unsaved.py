"""An expired login loses nothing: a form that was being saved is there again after signing in, for its writer alone."""

import html
import re

import pyotp
import pytest

from console import unsaved
from core.staff import second_factor
from core.staff import staff as people
from core.staff.permissions import ADMIN, CADRE, COUNSELOR
from tests.support.office import PASSWORD

FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FORM = {"login": "zhou.min", "name": '周敏 <b>"甲"</b>', "role": CADRE}


def hidden(page):
    return {name: html.unescape(value) for name, value in FIELD.findall(page.text)}


@pytest.fixture
def expired(office):
    """An admin's browser after half an hour, and the page that it gets for a form."""
    browser = office.signed_in(ADMIN)
    token = browser.token()
    office.clock.move(minutes=31)
    data = FORM | {"csrf_token": token}
    return browser, browser.client.post("/console/people/new", data=data, environ_base={"REMOTE_ADDR": "10.0.0.7"})


def sign_in(browser, page, login="admin.li", password=PASSWORD):
    fields = hidden(page) | {"login": login, "password": password}
    return browser.client.post("/console/login", data=fields, environ_base={"REMOTE_ADDR": "10.0.0.7"})


def test_what_was_typed_is_saved_after_signing_in_again(office, expired):
    browser, page = expired
    assert (page.status_code, "还没有保存" in page.text) == (401, True)
    assert "zhou.min" not in page.text
    offered = sign_in(browser, sign_in(browser, page, password="falsch falsch"))  # a slip on the way loses nothing
    assert hidden(offered).items() >= FORM.items()
    saved = browser.client.post("/console/people/new", data=hidden(offered))
    assert "已添加" in saved.text
    with office.database.reading() as session:
        assert people.find(session, "zhou.min").name == FORM["name"]


def test_somebody_else_at_the_same_desk_does_not_see_it(expired):
    browser, page = expired
    answer = sign_in(browser, page, "cadre.li")
    assert answer.status_code == 302
    assert "zhou.min" not in answer.text


def test_it_waits_for_the_second_factor(office, expired):
    browser, page = expired
    now = office.clock.now()
    with office.database.transaction() as session:
        secret = second_factor.propose(session, office.staff[ADMIN].id)
        second_factor.confirm(session, office.staff[ADMIN].id, pyotp.TOTP(secret).at(now), now)
    office.clock.move(seconds=30)
    asked = sign_in(browser, page)
    fields = hidden(asked) | {"code": pyotp.TOTP(secret).at(office.clock.now())}
    offered = browser.client.post("/console/login/code", data=fields, environ_base={"REMOTE_ADDR": "10.0.0.7"})
    assert hidden(offered).items() >= FORM.items()


def test_of_a_stranger_and_of_passwords_nothing_is_kept(office):
    assert office.browser().client.post("/console/people/new", data=FORM).status_code == 302
    browser = office.signed_in(COUNSELOR)
    office.clock.move(minutes=31)
    form = {"current": PASSWORD, "fresh": "x", "again": "x"}
    assert browser.client.post("/console/account/password", data=form).status_code == 302


@pytest.mark.parametrize("text", ["", "x", "====", "AAAA", "ä", "x" * 5000])
def test_forged_content_is_dropped(office, text):
    assert unsaved.unpack(text, office.staff[ADMIN].id, office.clock.now()) is None
    answer = office.browser().sign_in("admin.li", unsaved=text)
    assert answer.status_code == 302

"""我的账号: one's own password, second factor, devices; and the second factor at the door."""

import re

import pyotp
import pytest

from core.staff import passwords
from core.staff import staff as people
from core.staff.permissions import CADRE, COUNSELOR, SUPERVISOR
from tests.support.office import PASSWORD, Office

FRESH = "另一句 长一点的 话"
SECRET = re.compile(r'class="secret">([A-Z2-7]+)<')


def enrol(office, browser):
    """Set up a second factor by the page, as a person does; gives the secret."""
    browser.post("/console/account/second-factor/begin")
    secret = SECRET.search(browser.get("/console/account/second-factor").text)[1]
    answer = browser.post("/console/account/second-factor", {"code": code(office, secret)})
    assert answer.status_code == 302, answer.text
    office.clock.move(seconds=30)
    return secret


def code(office, secret):
    return pyotp.TOTP(secret).at(office.clock.now())


@pytest.fixture
def strict(store, clock, settings):
    """An office where supervisors may not go without a second factor."""
    return Office(store, clock, settings.model_copy(update={"staff_totp_roles": "supervisor, admin"}))


def test_a_new_password_works_and_the_old_one_and_other_devices_do_not(office):
    here, elsewhere = office.signed_in(CADRE), office.signed_in(CADRE)
    answer = here.post("/console/account/password", {"current": PASSWORD, "fresh": FRESH, "again": FRESH})
    assert answer.status_code == 302
    assert here.get("/console/account/").status_code == 200
    assert elsewhere.get("/console/account/").status_code == 302
    assert office.browser().sign_in("cadre.li").status_code == 401
    assert office.browser().sign_in("cadre.li", FRESH).status_code == 302


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"current": "falsch falsch", "fresh": FRESH, "again": FRESH}, "现在的密码不对"),
        ({"current": PASSWORD, "fresh": "kurz", "again": "kurz"}, "至少要"),
        ({"current": PASSWORD, "fresh": FRESH, "again": FRESH + "x"}, "不一样"),
        ({"current": PASSWORD, "fresh": PASSWORD, "again": PASSWORD}, "一样，请换一个"),
        ({}, "现在的密码不对"),
    ],
)
def test_a_refused_password_says_why_and_changes_nothing(office, form, said):
    browser = office.signed_in(CADRE)
    before = office.reread(CADRE).password_hash
    answer = browser.post("/console/account/password", form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert office.reread(CADRE).password_hash == before


def test_an_open_browser_is_no_place_to_guess_the_password(office):
    browser = office.signed_in(CADRE)
    form = {"current": "falsch falsch", "fresh": FRESH, "again": FRESH}
    said = [browser.post("/console/account/password", form).text for _ in range(8)]
    assert "秒再试" in said[-1]


def test_a_one_time_password_opens_nothing_but_the_page_to_change_it(office):
    with office.database.transaction() as session:
        hashed = passwords.hash_of("kx7m-2wap-9tqe-hr4n")
        people.create_with_hash(session, "zhou.min", "周敏", CADRE, hashed, office.clock.now())
    browser = office.browser()
    browser.sign_in("zhou.min", "kx7m-2wap-9tqe-hr4n")
    for path in ("/console/", "/console/account/"):
        assert browser.get(path).location == "/console/account/password"
    assert browser.post("/console/account/sessions/end").location == "/console/account/password"


def test_with_a_second_factor_the_password_alone_opens_nothing(office):
    secret = enrol(office, office.signed_in(COUNSELOR))
    browser = office.browser()
    assert browser.sign_in("counselor.li").text.count("one-time-code") == 1
    for path in ("/console/", "/console/account/", "/console/interactions/", "/console/account/password"):
        assert browser.get(path).location.startswith("/console/login?"), path
    assert browser.post("/console/login/code", {"code": "000000"}).status_code == 401
    assert browser.post("/console/login/code", {"code": code(office, secret)}).status_code == 302
    assert browser.get("/console/account/").status_code == 200


def test_a_code_works_once(office):
    secret = enrol(office, office.signed_in(COUNSELOR))
    used = code(office, secret)
    for status in (302, 401):
        browser = office.browser()
        browser.sign_in("counselor.li")
        assert browser.post("/console/login/code", {"code": used}).status_code == status


def test_codes_cannot_be_tried_one_after_the_other(office):
    enrol(office, office.signed_in(COUNSELOR))
    browser = office.browser()
    browser.sign_in("counselor.li")
    seen = [browser.post("/console/login/code", {"code": f"{number:06d}"}).status_code for number in range(8)]
    assert 429 in seen


def test_who_takes_too_long_for_the_code_starts_again(office):
    secret = enrol(office, office.signed_in(COUNSELOR))
    browser = office.browser()
    browser.sign_in("counselor.li")
    office.clock.move(minutes=6)
    assert browser.post("/console/login/code", {"code": code(office, secret)}).location.startswith("/console/login")
    assert browser.get("/console/account/").status_code == 302


def test_after_the_code_one_is_back_where_one_was(office):
    secret = enrol(office, office.signed_in(COUNSELOR))
    browser = office.browser()
    browser.sign_in("counselor.li", next="/console/account/password")
    answer = browser.post("/console/login/code", {"code": code(office, secret)})
    assert answer.location == "/console/account/password"


def test_a_role_that_needs_a_second_factor_does_nothing_before_it_has_one(strict):
    browser = strict.signed_in(SUPERVISOR)
    assert browser.get("/console/interactions/").location == "/console/account/second-factor"
    enrol(strict, browser)
    assert browser.get("/console/account/").status_code == 200
    answer = browser.post("/console/account/second-factor/off", {"password": PASSWORD})
    assert answer.status_code == 302
    assert strict.reread(SUPERVISOR).has_second_factor
    assert strict.signed_in(COUNSELOR).get("/console/account/").status_code == 200


def test_taking_it_off_asks_for_the_password(office):
    browser = office.signed_in(COUNSELOR)
    enrol(office, browser)
    browser.post("/console/account/second-factor/off", {"password": "falsch falsch"})
    assert office.reread(COUNSELOR).has_second_factor
    browser.post("/console/account/second-factor/off", {"password": PASSWORD})
    assert not office.reread(COUNSELOR).has_second_factor


def test_the_secret_is_shown_to_nobody_once_it_is_in_force(office):
    browser = office.signed_in(COUNSELOR)
    secret = enrol(office, browser)
    assert secret not in browser.get("/console/account/second-factor").text
    assert browser.post("/console/account/second-factor/begin").status_code < 500
    assert office.reread(COUNSELOR).totp_secret == secret


def test_an_admin_takes_it_off_after_a_lost_phone(office):
    enrol(office, office.signed_in(COUNSELOR))
    person = office.reread(COUNSELOR)
    form = {"version": person.version}
    office.signed_in("admin").post(f"/console/people/{person.id}/reset-second-factor", form)
    assert office.browser().sign_in("counselor.li").location == "/console/"


def test_other_devices_can_be_signed_out_and_this_one_stays(office):
    here, elsewhere = office.signed_in(CADRE), office.signed_in(CADRE)
    assert office.devices(CADRE) == 2
    here.post("/console/account/sessions/end")
    assert here.get("/console/account/").status_code == 200
    assert elsewhere.get("/console/account/").status_code == 302


def test_one_sees_ones_own_trail_and_nobody_elses(office):
    office.signed_in("admin").post("/console/people/new", {"login": "zhou.min", "name": "周敏", "role": CADRE})
    page = office.signed_in(CADRE).get("/console/account/").text
    assert "登录" in page
    assert "添加人员" not in page
    assert "添加人员" in office.signed_in("admin").get("/console/account/").text

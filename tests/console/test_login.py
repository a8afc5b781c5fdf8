"""Signing in: with the password alone, not by guessing, never into another's session, and back to where one was."""

import pytest

from core import metrics
from core.staff import audit, passwords
from core.staff.models import AuditRecord
from tests.support.office import PASSWORD, TOKEN, Office

WRONG = "登录名或密码不对"


def test_the_right_password_opens_the_console(either_office):
    browser = either_office.browser()
    assert browser.get("/console/account/").status_code == 302
    assert browser.sign_in("counselor.li").location.startswith("/console/")
    assert "李counselor" in browser.get("/console/account/").text


def test_the_login_name_is_taken_as_people_type_it(office):
    assert office.browser().sign_in(" Counselor.Li ").status_code == 302


def test_a_wrong_password_and_an_unknown_name_look_the_same(office):
    wrong = office.browser().sign_in("cadre.li", "nicht das richtige")
    unknown = office.browser().sign_in("cadre.lx", "nicht das richtige")
    assert wrong.status_code == unknown.status_code == 401
    assert WRONG in wrong.text
    assert without_tokens(wrong.text).replace("cadre.li", "") == without_tokens(unknown.text).replace("cadre.lx", "")


def without_tokens(text):
    return "".join(line for line in text.splitlines() if "csrf" not in line.lower())


def test_an_unknown_name_costs_the_same_work(office, monkeypatch):
    """Told by the code path, not by the clock: a hash is verified for nobody, too."""
    verified = []
    real = passwords._hasher.verify
    monkeypatch.setattr(passwords._hasher, "verify", lambda *given: verified.append(given[1]) or real(*given))
    for name in ("cadre.li", "nobody"):
        office.browser().sign_in(name, "nicht das richtige")
    known, unknown = verified
    assert known.split("$")[:4] == unknown.split("$")[:4]  # same algorithm, same cost


def test_a_closed_account_looks_like_a_wrong_password(office):
    disable(office, "cadre")
    answer = office.browser().sign_in("cadre.li")
    assert (answer.status_code, WRONG in answer.text) == (401, True)


def disable(office, role):
    answer = office.signed_in("admin").post(
        f"/console/people/{office.staff[role].id}/disable", {"version": office.reread(role).version}
    )
    assert answer.status_code == 302, answer.text


def test_demo_logins_are_shut_in_production(store, clock, settings):
    real = settings.model_copy(update={"wechat_api_base": "https://api.weixin.qq.com"})
    office = Office(store, clock, real)
    with store.transaction() as session:
        session.merge(office.staff["cadre"]).is_demo = True
    client = office.app.test_client()
    # https, because the cookie travels no other way in production
    page = client.get("/console/login", base_url="https://localhost")
    form = {"csrf_token": TOKEN.search(page.text)[1], "login": "cadre.li", "password": PASSWORD}
    answer = client.post(
        "/console/login",
        data=form,
        base_url="https://localhost",
        headers={"Referer": "https://localhost/console/login"},
    )
    assert answer.status_code == 401


def test_ten_wrong_passwords_shut_the_account_for_a_while_even_for_the_right_one(either_office):
    for number in range(10):
        either_office.browser(f"10.0.0.{number}").sign_in("cadre.li", "nicht das richtige")
    answer = either_office.browser("10.0.0.99").sign_in("cadre.li")
    assert (answer.status_code, "秒再试" in answer.text) == (429, True)
    either_office.clock.move(minutes=2)
    assert either_office.browser().sign_in("cadre.li").status_code == 302


def test_guessing_is_counted_for_the_alarm(office):
    for _ in range(7):
        office.browser().sign_in("cadre.li", "nicht das richtige")
    office.signed_in("supervisor").get("/console/people/")
    office.browser().client.post("/console/login", data={"login": "cadre.li"})
    told = metrics.exposition().decode()
    for reason in ("password", "held_back", "role", "csrf"):
        assert f'zhengqing_console_refused_total{{reason="{reason}"}}' in told


def test_the_right_password_forgives_the_slips_before_it(office):
    for _ in range(3):
        for _ in range(4):
            assert office.browser().sign_in("cadre.li", "nicht das richtige").status_code == 401
        assert office.browser().sign_in("cadre.li").status_code == 302


def test_one_address_cannot_try_a_list_of_names(either_office):
    seen = [either_office.browser().sign_in(f"name{number}", "nicht das richtige").status_code for number in range(25)]
    assert seen[:20] == [401] * 20
    assert seen[-1] == 429
    assert either_office.browser("10.9.9.9").sign_in("cadre.li").status_code == 302


def test_who_signs_in_has_a_new_session(office):
    browser = office.browser()
    browser.get("/console/login")
    before = browser.client.get_cookie("zhengqing_console", path="/console").value
    browser.sign_in("cadre.li")
    first = browser.client.get_cookie("zhengqing_console", path="/console").value
    with browser.cookie() as cookie:
        token = cookie["staff"]
    assert first != before
    browser.post("/console/logout")
    browser.sign_in("cadre.li")
    with browser.cookie() as cookie:
        assert cookie["staff"] != token


def test_signing_in_over_an_open_session_ends_it_and_its_page_tokens(office):
    browser = office.signed_in("cadre")
    browser.get("/console/account/")
    with browser.cookie() as cookie:
        before = dict(cookie)
    browser.sign_in("cadre.li")
    with browser.cookie() as cookie:
        assert cookie["staff"] != before["staff"]
        assert "csrf_token" in before
        assert cookie.get("csrf_token") != before["csrf_token"]
    assert office.devices("cadre") == 1


def test_a_session_put_into_somebodys_browser_is_not_taken_over(office):
    """Fixation: the thief's own session ends when the victim signs in over it, and the new one is unknown to him."""
    thief = office.signed_in("cadre")
    with thief.cookie() as cookie:
        planted = cookie["staff"]
    victim = office.browser()
    with victim.cookie() as cookie:
        cookie["staff"] = planted
    victim.post("/console/logout")
    victim.sign_in("admin.li")
    assert thief.get("/console/people/").status_code in (302, 403)
    assert victim.get("/console/people/").status_code == 200


def test_the_cookie_is_for_the_console_alone_and_for_no_script(office):
    header = office.browser().get("/console/login").headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/console" in header


@pytest.mark.parametrize(("address", "is_secure"), [("http://127.0.0.1:8000", False), ("https://bot.example.cn", True)])
def test_the_cookie_travels_over_https_alone_save_in_a_demo(store, clock, settings, address, is_secure):
    office = Office(store, clock, settings.model_copy(update={"public_url": address}))
    answer = office.browser().get("/console/login")
    assert ("Secure" in answer.headers["Set-Cookie"]) is is_secure
    assert ("Strict-Transport-Security" in answer.headers) is is_secure


def test_after_signing_in_one_is_back_where_one_was(office):
    browser = office.browser()
    sent = browser.get("/console/people/?q=%E6%9D%8E&role=cadre")
    assert sent.status_code == 302
    assert browser.get(sent.location).status_code == 200
    answer = browser.sign_in("admin.li", next="/console/people/?q=%E6%9D%8E&role=cadre")
    assert answer.location == "/console/people/?q=%E6%9D%8E&role=cadre"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example/console/",
        "/console//evil.example",
        "/\\evil.example",
        "/console/\\evil.example",
        "javascript:alert(1)",
        "/wechat",
        "/console/\r\nSet-Cookie: a=b",
    ],
)
def test_a_link_cannot_send_staff_elsewhere_after_signing_in(office, elsewhere):
    answer = office.browser().sign_in("cadre.li", next=elsewhere)
    assert answer.location.startswith("/console/")
    assert "evil" not in answer.location


def test_signing_in_and_failing_to_are_in_the_trail(office):
    office.browser().sign_in("cadre.li", "nicht das richtige")
    office.signed_in("cadre")
    with office.database.reading() as session:
        lines = session.query(AuditRecord).order_by(AuditRecord.number).all()
        assert [line.action for line in lines] == ["login.refused", "login"]
        assert list(audit.verify(session)) == []


def test_nobody_stays_signed_in_by_a_get(office):
    browser = office.signed_in("cadre")
    assert browser.get("/console/logout").status_code in (404, 405)
    assert browser.get("/console/account/").status_code == 200
    browser.post("/console/logout")
    assert browser.get("/console/account/").status_code == 302


def test_idle_and_old_sessions_end(office):
    browser = office.signed_in("cadre")
    for _ in range(24):
        office.clock.move(minutes=29)
        assert browser.get("/console/account/").status_code == 200
    office.clock.move(minutes=31)
    assert browser.get("/console/account/").status_code == 302
    browser = office.signed_in("cadre")
    for _ in range(25):
        office.clock.move(minutes=29)
        last = browser.get("/console/account/").status_code
    assert last == 302

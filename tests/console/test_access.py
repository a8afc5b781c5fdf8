"""Who may see what: every route × every role × every verb, and the proofs that a change must carry."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import UUIDConverter

import console
from console import access
from core.staff import permissions, sessions
from core.staff.permissions import ADMIN, CADRE, COUNSELOR, ROLES, SUPERVISOR
from tests.support.office import Office

NOBODY = UUID("12345678-0000-7000-8000-000000000000")
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# The table of who may open what, written a second time on purpose: a slip in permissions.py must show here.
OPEN_TO = {
    "account.own": set(ROLES),
    "overview.read": set(ROLES),
    "overview.counseling": {COUNSELOR, SUPERVISOR},
    "events.read": set(ROLES),
    "cases.read": {COUNSELOR, SUPERVISOR},
    "interactions.read": {COUNSELOR, SUPERVISOR},
    "interactions.open": {COUNSELOR},
    "interactions.open_with_reason": {SUPERVISOR},
    "interactions.export": {SUPERVISOR},
    "explain.use": {CADRE, COUNSELOR, SUPERVISOR},
    "unanswered.read": {CADRE, COUNSELOR, SUPERVISOR},
    "corrections.read": {COUNSELOR, SUPERVISOR},
    "corrections.write": {COUNSELOR, SUPERVISOR},
    "corrections.decide": {COUNSELOR, SUPERVISOR},
    "alerts.receive": {COUNSELOR, SUPERVISOR, ADMIN},
    "operations.read": {ADMIN},
    "staff.manage": {ADMIN},
}
WITHOUT_SESSION = {"console.login", "console.sign_in", "console.static"}
WITH_HALF_A_SESSION = {"console.enter_code", "console.check_code", "console.logout"}


def routes(app: Flask):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.")]


def address(rule) -> str:
    """The route's address, with the id of nobody where it asks for one."""
    kinds = rule._converters.items()
    return rule.build({name: NOBODY if isinstance(kind, UUIDConverter) else "x" for name, kind in kinds})[1]


def test_every_route_declares_who_may_use_it(office):
    for rule in routes(office.app):
        declared = access.declared(office.app.view_functions[rule.endpoint])
        if rule.endpoint == "console.static":
            continue
        assert declared in {access.PUBLIC, access.HALF_WAY, *permissions.PERMISSIONS}, rule.endpoint


def test_only_the_door_itself_is_open_to_strangers(office):
    views = office.app.view_functions
    open_ = {rule.endpoint for rule in routes(office.app) if access.declared(views[rule.endpoint]) == access.PUBLIC}
    half = {rule.endpoint for rule in routes(office.app) if access.declared(views[rule.endpoint]) == access.HALF_WAY}
    assert open_ | {"console.static"} == WITHOUT_SESSION
    assert half == WITH_HALF_A_SESSION


def test_the_roles_hold_what_was_agreed():
    for permission in permissions.PERMISSIONS:
        assert {role for role in ROLES if permissions.may(role, permission)} == OPEN_TO[permission], permission


def test_a_stranger_gets_the_login_page_and_nothing_else(office):
    for rule in routes(office.app):
        if rule.endpoint in WITHOUT_SESSION:
            continue
        for verb in VERBS:
            answer = office.app.test_client().open(address(rule), method=verb)
            assert answer.status_code in (302, 405), (verb, rule.rule)
            assert answer.status_code == 405 or answer.location.startswith("/console/login"), (verb, rule.rule)


@pytest.mark.parametrize("role", ROLES)
def test_every_route_for_every_role(office, role):
    """Closed means 403, for what is there and for what is not; open means anything else, but never an error of ours."""
    browser = office.signed_in(role)
    for rule in routes(office.app):
        permission = access.declared(office.app.view_functions[rule.endpoint])
        if permission in (None, access.PUBLIC, access.HALF_WAY):
            continue
        for verb in VERBS:
            status = browser.open(verb, address(rule)).status_code
            if verb in rule.methods:
                assert (status == 403) is (role not in OPEN_TO[permission]), (verb, rule.rule, status)
            assert status < 500, (verb, rule.rule, status)


def test_a_view_without_a_permission_is_closed_to_everybody(store, clock, settings, monkeypatch):
    class Forgotten:
        @staticmethod
        def add(door):
            @door.get("/forgotten")
            def forgotten() -> str:
                return "open"

    monkeypatch.setattr(console, "ROOMS", (*console.ROOMS, Forgotten))
    office = Office(store, clock, settings)
    for role in ROLES:
        assert office.signed_in(role).get("/console/forgotten").status_code == 404


def test_an_unknown_permission_stops_the_start():
    with pytest.raises(KeyError):
        access.needs("everything")


def changes(app: Flask):
    """Every state change: its address."""
    return [rule for rule in routes(app) if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}]


def test_no_change_without_the_token_of_ones_own_page(office):
    strangers = office.signed_in(CADRE).token()
    browser = office.signed_in(ADMIN)
    for rule in changes(office.app):
        for field in ({}, {"csrf_token": "made-up"}, {"csrf_token": strangers}):
            answer = browser.client.post(address(rule), data=field, environ_base={"REMOTE_ADDR": "10.0.0.7"})
            assert answer.status_code in (400, 403), (rule.rule, field, answer.status_code)
            assert browser.get("/console/account/").status_code == 200


def test_no_change_by_a_get(office):
    browser = office.signed_in(ADMIN)
    before = office.reread(CADRE).version
    for deed in ("disable", "enable", "reset-password", "reset-second-factor"):
        assert browser.get(f"/console/people/{office.staff[CADRE].id}/{deed}?version=1").status_code == 404
    assert office.reread(CADRE).version == before


def test_a_session_ends_at_once_for_every_cause(office):
    """P: whoever holds the cookie of a closed, changed or signed-out account holds nothing."""
    admin = office.signed_in(ADMIN)
    cadre = office.staff[CADRE]
    causes = {
        "role": lambda: admin.post(
            f"/console/people/{cadre.id}",
            {"name": cadre.name, "role": COUNSELOR, "version": office.reread(CADRE).version},
        ),
        "password": lambda: admin.post(
            f"/console/people/{cadre.id}/reset-password", {"version": office.reread(CADRE).version}
        ),
        "closed": lambda: admin.post(f"/console/people/{cadre.id}/disable", {"version": office.reread(CADRE).version}),
    }
    browser = office.signed_in(CADRE)
    for name, cause in causes.items():
        assert browser.get("/console/account/").status_code == 200, name
        assert cause().status_code in (200, 302), name
        assert browser.get("/console/account/").status_code == 302, name
        if name == "role":
            browser = office.signed_in(CADRE)
        if name == "password":
            with office.database.transaction() as session:
                token = sessions.begin(session, office.reread(CADRE), office.clock.now())
                session.get(type(cadre), cadre.id).must_change_password = False
            with browser.cookie() as cookie:
                cookie["staff"] = token


def test_a_forged_or_foreign_cookie_is_nobody(office):
    browser = office.browser()
    for value in ("", "x", "x" * 3000, "eyJzdGFmZiI6ImFiYyJ9.aaaa.bbbb"):
        browser.client.set_cookie("zhengqing_console", value, path="/console")
        assert browser.get("/console/account/").status_code == 302
    for token in ("", "x", "' OR 1=1 --", "\udc80", 7, None, ["x"]):
        with browser.cookie() as cookie:
            cookie["staff"] = token
        assert browser.get("/console/account/").status_code == 302


def test_what_browsers_are_told(office):
    browser = office.signed_in(ADMIN)
    for path in ("/console/people/", "/console/nothing", "/console/static/zhengqing.css"):
        with browser.get(path) as answer:
            headers = answer.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "http" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert browser.get("/console/people/").headers["Cache-Control"] == "no-store"


def test_nothing_is_inline_and_nothing_from_elsewhere(office):
    """The strict policy would leave such a page broken without an error in any log."""
    browser = office.signed_in(ADMIN)
    for screen in ("", "people/", "people/new", "account/", "account/password"):
        path = f"/console/{screen}"
        page = browser.get(path).text
        assert "<script>" not in page
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in page


def test_a_part_of_a_page_is_not_replaced_by_a_login_form(office):
    answer = office.browser().get("/console/account/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/console/login")
    assert answer.text == ""


def test_after_a_part_of_a_page_was_refused_one_comes_back_to_the_page(office):
    around = {"HX-Request": "true", "HX-Current-URL": "https://here.example/console/people/?q=a&role=cadre"}
    browser = office.browser()
    to = browser.get("/console/account/", headers=around).headers["HX-Redirect"]
    assert "登录后会回到刚才的页面" in browser.get(to).text
    back = parse_qs(urlsplit(to).query)["next"][0]
    assert browser.sign_in("admin.li", next=back).headers["Location"] == "/console/people/?q=a&role=cadre"

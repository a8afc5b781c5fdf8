"""人员: admins take in, change and close; nobody overwrites a colleague's change unseen; everything is in the trail."""

import re

import pytest

from core.staff import audit, passwords
from core.staff import staff as people
from core.staff.models import AuditRecord
from core.staff.permissions import ADMIN, CADRE, COUNSELOR
from tests.support.office import PASSWORD, hire
from tests.support.threads import at_once

LONG = "郑州航空港区第一百零三中学团委 司马相如"


def trail(office):
    with office.database.reading() as session:
        assert list(audit.verify(session)) == []
        return [line.action for line in session.query(AuditRecord).order_by(AuditRecord.number)]


def fields(office, who, **changes):
    person = office.reread(who)
    return {"name": person.name, "role": person.role, "version": person.version, **changes}


def test_a_new_person_signs_in_once_with_the_shown_password_and_then_with_their_own(office):
    admin = office.signed_in(ADMIN)
    shown = admin.post("/console/people/new", {"login": "zhou.min", "name": LONG, "role": COUNSELOR})
    password = re.search(r'class="secret">([^<]+)<', shown.text)[1]
    browser = office.browser()
    assert browser.sign_in("zhou.min", password).status_code == 302
    assert browser.get("/console/").location == "/console/account/password"
    answer = browser.post("/console/account/password", {"current": password, "fresh": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302, answer.text
    assert browser.get("/console/account/").status_code == 200
    assert LONG in browser.get("/console/account/").text
    assert office.browser().sign_in("zhou.min", password).status_code == 401
    assert trail(office)[:2] == ["login", "staff.create"]


def test_a_refused_form_keeps_what_was_typed_and_says_why_at_the_field(office):
    admin = office.signed_in(ADMIN)
    answer = admin.post("/console/people/new", {"login": "Zhou Min", "name": "周敏", "role": COUNSELOR})
    assert answer.status_code == 422
    assert 'value="周敏"' in answer.text
    assert "小写字母" in answer.text
    taken = admin.post("/console/people/new", {"login": "cadre.li", "name": "周敏", "role": COUNSELOR})
    assert "已经有人用了" in taken.text
    assert admin.post("/console/people/new", {}).status_code == 422


def test_a_script_in_a_name_is_shown_as_text(office):
    with office.database.transaction() as session:
        hire(session, CADRE, office.clock.now(), "evil.one", "<script>alert(1)</script>{{7*7}}")
    admin = office.signed_in(ADMIN)
    for path in ("/console/people/", f"/console/people/{find(office, 'evil.one').id}"):
        page = admin.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def find(office, login):
    with office.database.reading() as session:
        return people.find(session, login)


def test_of_two_admins_with_the_same_page_the_second_is_told(office):
    stale = fields(office, CADRE, name="甲")
    first, second = office.signed_in(ADMIN), office.signed_in(ADMIN)
    assert first.post(f"/console/people/{office.staff[CADRE].id}", stale).status_code == 302
    answer = second.post(f"/console/people/{office.staff[CADRE].id}", stale | {"name": "乙"})
    assert (answer.status_code, "没有保存" in answer.text) == (409, True)
    assert office.reread(CADRE).name == "甲"


def test_of_two_admins_at_the_same_moment_one_is_told(either_office):
    office = either_office
    admins = [office.signed_in(ADMIN) for _ in range(2)]
    form = fields(office, CADRE, role=COUNSELOR)
    tokens = [admin.token() for admin in admins]

    def save(number):
        return admins[number].client.post(
            f"/console/people/{office.staff[CADRE].id}",
            data=form | {"csrf_token": tokens[number]},
            environ_base={"REMOTE_ADDR": "10.0.0.7"},
        ).status_code  # fmt: skip

    assert sorted(at_once(lambda: save(0), lambda: save(1))) == [302, 409]
    assert trail(office).count("staff.role.cadre.counselor") == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "1e3", "0"])
def test_an_odd_version_changes_nothing(office, version):
    admin = office.signed_in(ADMIN)
    answer = admin.post(f"/console/people/{office.staff[CADRE].id}/disable", {"version": version})
    assert answer.status_code == 409
    assert office.reread(CADRE).is_active


def test_the_last_admin_cannot_be_closed_or_moved(office):
    admin = office.signed_in(ADMIN)
    own = office.staff[ADMIN].id
    for path, form in ((f"/console/people/{own}/disable", {}), (f"/console/people/{own}", {"role": CADRE})):
        answer = admin.post(path, fields(office, ADMIN, **form))
        assert (answer.status_code, "最后一位管理员" in answer.text) == (422, True)


def test_closing_and_opening_again(office):
    admin = office.signed_in(ADMIN)
    one = f"/console/people/{office.staff[CADRE].id}"
    assert admin.post(f"{one}/disable", fields(office, CADRE)).status_code == 302
    assert "已停用" in admin.get("/console/people/").text
    assert office.browser().sign_in("cadre.li").status_code == 401
    assert admin.post(f"{one}/enable", fields(office, CADRE)).status_code == 302
    assert office.browser().sign_in("cadre.li").status_code == 302


def test_a_reset_password_is_shown_once_and_must_be_changed(office):
    admin = office.signed_in(ADMIN)
    shown = admin.post(f"/console/people/{office.staff[CADRE].id}/reset-password", fields(office, CADRE))
    password = re.search(r'class="secret">([^<]+)<', shown.text)[1]
    person = office.reread(CADRE)
    assert passwords.matches(password, person.password_hash)
    assert person.must_change_password
    assert password not in admin.get(f"/console/people/{person.id}").text
    assert shown.headers["Cache-Control"] == "no-store"


def test_the_list_pages_searches_and_says_when_nothing_is_there(office):
    with office.database.transaction() as session:
        for number in range(45):
            people.create_with_hash(session, f"p{number:02d}", f"王{number:02d}", CADRE, "$none", office.clock.now())
    admin = office.signed_in(ADMIN)
    first = admin.get("/console/people/").text
    assert "第 1 / 3 页" in first
    assert first.count("/console/people/") > 20
    assert admin.get("/console/people/?page=3").text.count("王") < 20
    assert "p07" in admin.get("/console/people/?q=王07").text
    assert "没有找到" in admin.get("/console/people/?q=没有这个人").text


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", f"page={'9' * 400}", "page=x", "page=²", "q=%00", "q=%25", "role=boss", f"q={'x' * 5000}"],
)
def test_odd_queries_give_a_page(office, query):
    assert office.signed_in(ADMIN).get(f"/console/people/?{query}").status_code == 200


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "\u202e", "' OR 1=1 --", "x" * 100_000, "😀"])
def test_odd_words_break_neither_database(either_office, odd):
    assert either_office.browser().sign_in(odd, odd).status_code == 401
    admin = either_office.signed_in(ADMIN)
    assert admin.get("/console/people/", query_string={"q": odd}).status_code == 200
    assert admin.post("/console/people/new", {"login": odd, "name": odd, "role": odd}).status_code == 422


def test_somebody_unknown_is_a_page_that_says_so(office):
    admin = office.signed_in(ADMIN)
    for identity in ("00000000-0000-0000-0000-000000000000", "1", "x", "../account"):
        answer = admin.get(f"/console/people/{identity}")
        assert answer.status_code in (404, 308)

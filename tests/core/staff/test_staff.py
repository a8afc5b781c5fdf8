"""People who work with the account: taken in, changed by one admin at a time, and never without a last admin."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from core.db import Database
from core.staff import passwords, permissions, sessions, staff
from core.staff.errors import BadName, EditConflict, LastAdmin, LoginTaken, StaffNotFound, WeakPassword, WechatTaken
from core.staff.permissions import ADMIN, CADRE, COUNSELOR, ROLES, SUPERVISOR
from tests.support.fixtures_handlers import NOW
from tests.support.threads import at_once, meanwhile

LONG = "郑州航空港区第一百零三中学"


def hire(session, login, role=CADRE, name="李娜", at=NOW):
    return staff.create_with_hash(session, login, name, role, "$argon2id$none", at)


def test_names_are_kept_as_given(session):
    assert hire(session, " Li.Na ", name=f"  {LONG}  团委 ").login == "li.na"
    assert staff.find(session, "LI.NA").name == f"{LONG} 团委"


@pytest.mark.parametrize("login", ["", "x", "1li", "李娜", "li na", "li/na", "a" * 41, "li\n"])
def test_odd_login_names_are_refused(session, login):
    if login == "li\n":
        assert hire(session, login).login == "li"
        return
    with pytest.raises(BadName):
        hire(session, login)


@pytest.mark.parametrize(("name", "role"), [("", CADRE), ("x" * 41, CADRE), ("李\x00娜", CADRE), ("李娜", "boss")])
def test_odd_names_and_roles_are_refused(session, name, role):
    with pytest.raises(BadName):
        hire(session, "li.na", role, name)


def test_a_login_name_belongs_to_one(session):
    hire(session, "li.na")
    with pytest.raises(LoginTaken):
        hire(session, "LI.NA")
    assert staff.count(session) == 1


@pytest.mark.parametrize(
    "password", ["", "kurz", "aaaaaaaaaaaa", "12345678910"[:10], "abcdefghijkl", "password12", "xli.naxxyz1", "x" * 129]
)
def test_easy_passwords_are_refused_with_a_reason(session, password):
    with pytest.raises(WeakPassword) as error:
        passwords.require_good(password, "li.na")
    assert error.value.values["why"]


def test_good_passwords_are_taken():
    for password in ("晴天 骑车 去看麦田", "correct horse battery", passwords.one_time()):
        passwords.require_good(password, "li.na")


def test_a_password_is_kept_as_argon2id_and_never_twice_the_same():
    first, second = passwords.hash_of("晴天 骑车 去看麦田"), passwords.hash_of("晴天 骑车 去看麦田")
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches("晴天 骑车 去看麦田", first)
    assert not passwords.matches("晴天 骑车 去看麦地", first)
    assert not passwords.matches("晴天 骑车 去看麦田", None)
    assert not passwords.matches("x" * 10_000, first)


def test_searching_finds_by_either_name_and_pages(session):
    for number in range(5):
        hire(session, f"li.{number}", name=f"李{number}")
    gone = hire(session, "aaa", COUNSELOR, "阿姨")
    staff.disable(session, gone.id, gone.version, NOW)
    assert staff.count(session, "李") == 5
    assert [person.login for person in staff.search(session, "LI.3")] == ["li.3"]
    assert staff.search(session, limit=10)[-1] is gone  # the closed ones last
    assert len(staff.search(session, "李", limit=2, offset=4)) == 1
    assert staff.count(session, role=COUNSELOR) == 1
    assert staff.count(session, "%") == 0  # a percent sign is no joker
    assert staff.count(session, role="' OR 1=1 --") == 6  # an unknown role filters nothing


def test_alerts_reach_active_people_with_wechat_counselors_first(session):
    people = {}
    for number, role in enumerate((ADMIN, SUPERVISOR, COUNSELOR, CADRE)):
        people[role] = hire(session, f"one.{role}", role, at=NOW + timedelta(seconds=number))
        staff.bind_wechat(session, people[role].id, f"oTEST-{role}")
    hire(session, "unbound", COUNSELOR)
    closed = hire(session, "closed", COUNSELOR)
    staff.bind_wechat(session, closed.id, "oTEST-closed")
    staff.disable(session, closed.id, closed.version, NOW)
    reached = staff.reachable_for_alerts(session)
    assert [person.role for person in reached] == [COUNSELOR, SUPERVISOR, ADMIN]
    assert reached[0].open_id == "oTEST-counselor"
    staff.unbind_wechat(session, people[COUNSELOR].id)
    assert [person.role for person in staff.reachable_for_alerts(session)] == [SUPERVISOR, ADMIN]


def test_one_wechat_belongs_to_one(session):
    first, second = hire(session, "first"), hire(session, "second")
    staff.bind_wechat(session, first.id, "oTEST")
    with pytest.raises(WechatTaken):
        staff.bind_wechat(session, second.id, "oTEST")
    assert staff.bind_wechat(session, first.id, "oTEST").open_id == "oTEST"


def test_another_role_ends_all_sessions(session):
    person = hire(session, "li.na")
    token = sessions.begin(session, person, NOW)
    staff.edit(session, person.id, "李娜娜", CADRE, person.version, NOW)
    assert sessions.resume(session, token, NOW)
    staff.edit(session, person.id, "李娜娜", COUNSELOR, person.version, NOW)
    assert sessions.resume(session, token, NOW) is None


@pytest.mark.parametrize("verb", ["disable", "reset_password", "set_password", "drop_second_factor", "let_in_again"])
def test_closing_and_new_passwords_end_all_sessions(session, verb):
    person = hire(session, "li.na")
    token = sessions.begin(session, person, NOW)
    arguments = {
        "disable": (person.version, NOW),
        "reset_password": ("$new", person.version, NOW),
        "set_password": ("$new", NOW),
        "drop_second_factor": (person.version, NOW),
        "let_in_again": ("$new", NOW),
    }[verb]
    getattr(staff, verb)(session, person.id, *arguments)
    assert sessions.resume(session, token, NOW) is None


def test_the_last_admin_stays(session):
    person = hire(session, "only.one", ADMIN)
    with pytest.raises(LastAdmin):
        staff.disable(session, person.id, person.version, NOW)
    with pytest.raises(LastAdmin):
        staff.edit(session, person.id, person.name, CADRE, person.version, NOW)
    second = hire(session, "another", ADMIN)
    staff.disable(session, person.id, person.version, NOW)
    assert staff.admins(session) == 1
    with pytest.raises(LastAdmin):
        staff.disable(session, second.id, second.version, NOW)


def test_who_looked_at_an_older_version_is_told(session):
    person = hire(session, "li.na")
    seen = person.version
    staff.edit(session, person.id, "李娜娜", CADRE, seen, NOW)
    with pytest.raises(EditConflict):
        staff.edit(session, person.id, "李娜", COUNSELOR, seen, NOW)
    assert (person.name, person.role) == ("李娜娜", CADRE)


def test_nobody_is_found_by_an_unknown_id(session):
    from core.ids import new_id

    with pytest.raises(StaffNotFound):
        staff.disable(session, new_id(), 1, NOW)


@pytest.fixture
def shared(database_url):
    database = Database(database_url)
    yield database
    database.close()


def test_of_two_admins_who_edit_at_once_one_is_told(shared):
    with shared.transaction() as session:
        person = hire(session, "li.na")

    def edit(role):
        with shared.transaction() as session:
            return staff.edit(session, person.id, "李娜", role, person.version, NOW).role

    results = at_once(lambda: edit(COUNSELOR), lambda: edit(SUPERVISOR))
    assert sorted(type(result).__name__ for result in results) == ["EditConflict", "str"]


def test_two_admins_who_close_each_other_at_once_leave_one(shared):
    with shared.transaction() as session:
        first, second = hire(session, "first", ADMIN), hire(session, "second", ADMIN)

    def close(person):
        with shared.transaction() as session:
            staff.disable(session, person.id, person.version, NOW)

    results = at_once(lambda: close(first), lambda: close(second))
    assert not any(isinstance(result, OperationalError) for result in results)
    with shared.reading() as session:
        assert staff.admins(session) == 1


def test_an_admin_closed_by_a_colleague_who_has_not_finished_yet_closes_nobody(shared):
    with shared.transaction() as session:
        first, second = hire(session, "first", ADMIN), hire(session, "second", ADMIN)

    def close_first():
        with shared.transaction() as session:
            staff.disable(session, first.id, first.version, NOW)

    with shared.transaction() as session:
        staff.disable(session, second.id, second.version, NOW)
        finish = meanwhile(close_first)
    assert isinstance(finish(), LastAdmin)


def test_what_is_not_listed_is_closed():
    assert not permissions.may("boss", "account.own")
    with pytest.raises(KeyError):
        permissions.may(ADMIN, "everything")
    for granted in ROLES.values():
        assert granted <= permissions.PERMISSIONS.keys()


def test_need_to_know():
    """P5: counselling text is for those who counsel; running the system gives no right to read."""
    readers = {role for role in ROLES if permissions.may(role, "interactions.read")}
    assert readers == {COUNSELOR, SUPERVISOR}
    assert {role for role in ROLES if permissions.may(role, "cases.read")} == {COUNSELOR, SUPERVISOR}
    assert {role for role in ROLES if permissions.may(role, "staff.manage")} == {ADMIN}
    assert {role for role in ROLES if permissions.may(role, "alerts.receive")} == set(staff.ALERTED)

"""为什么这样回答: pasted texts leave no trace; stored ones are opened on the record, by who may."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from core.models import Base
from core.staff.models import AuditRecord
from tests.support.exchanges import store

PAGE = "/console/explain/"
SECRET = "我是金丝雀，活着好累，不想活了"
SCRIPT = "<script>alert(1)</script>"


def put(office, text=SECRET, minutes=5, **changes):
    at = office.clock.now() - timedelta(minutes=minutes)
    with office.database.transaction() as session:
        return store(session, changes.pop("name", "lin"), at, text, **changes).id


def why(identity):
    return f"/console/interactions/{identity}/why"


def counts(office):
    with office.database.reading() as session:
        tables = [table for table in Base.metadata.sorted_tables if "session" not in table.name]
        return {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}


def trail(office, action):
    with office.database.reading() as session:
        return list(session.scalars(select(AuditRecord).where(AuditRecord.action == action)))


@pytest.mark.parametrize("role", ["cadre", "counselor", "supervisor"])
def test_a_pasted_text_is_explained_and_leaves_no_trace(either_office, role, caplog, capfd):
    browser = either_office.signed_in(role)
    browser.get(PAGE)
    before = counts(either_office)
    with caplog.at_level(logging.DEBUG):
        page = browser.post(PAGE, {"text": SECRET, "before": "前面的金丝雀"}).text
    for shown in ("危机应答", "高风险", "一关一关看", "由它回答", "crisis", "12356", "没有通知任何人", "切成词"):
        assert shown in page
    assert counts(either_office) == before
    printed = capfd.readouterr()
    assert "金丝雀" not in caplog.text + printed.out + printed.err


def test_an_admin_may_not(office):
    browser = office.signed_in("admin")
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"text": SECRET}).status_code == 403
    assert PAGE not in browser.get("/console/").text


def test_a_text_in_the_address_is_not_taken(office):
    assert SECRET not in office.signed_in("cadre").get(f"{PAGE}?text={SECRET}").text


def test_a_form_without_the_token_is_refused(office):
    browser = office.signed_in("cadre")
    assert browser.client.post(PAGE, data={"text": SECRET}).status_code == 400


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"text": "  "}, "请先写一句话"),
        ({"text": "长" * 2001}, "太长了"),
        ({"text": "你好", "before": "一\n" * 11}, "最多 10 句"),
    ],
)
def test_what_cannot_be_explained_is_said_and_the_input_kept(office, form, says):
    answer = office.signed_in("cadre").post(PAGE, form)
    assert answer.status_code == 422
    assert says in answer.text
    assert form["text"].strip()[:100] in answer.text


def test_script_is_shown_as_text(office):
    page = office.signed_in("cadre").post(PAGE, {"text": SCRIPT, "before": SCRIPT}).text
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    assert " style=" not in page


def test_an_answer_that_hangs_on_what_came_before(office):
    page = office.signed_in("cadre").post(PAGE, {"text": "今晚", "before": "我想死"}).text
    assert "连前面的话看就升高了" in page
    assert "紧急危险" in page


# --- what is stored -------------------------------------------------------------------------------------------------


def test_a_counselor_sees_why_a_stored_message_was_answered_so(either_office):
    put(either_office, "前面说过的话", minutes=7)
    one = put(either_office, route="crisis", risk="high", reasons=["当时的理由甲"])
    put(either_office, "后来说的话", minutes=2)
    page = either_office.signed_in("counselor").get(why(one)).text
    assert SECRET in page
    assert "前面说过的话" in page
    assert "后来说的话" not in page
    assert "当时的理由甲" in page
    (line,) = trail(either_office, "interactions.explain")
    assert line.subject_id == str(one)


def test_it_says_when_the_judgement_is_another_one_today(office):
    one = put(office, route="fallback")
    page = office.signed_in("counselor").get(why(one)).text
    assert "和当时不一样" in page


def test_a_supervisor_says_why_first(office):
    one, browser = put(office), office.signed_in("supervisor")
    assert SECRET not in browser.get(why(one)).text
    short = browser.post(why(one), {"opened_because": "看"})
    assert (short.status_code, SECRET in short.text) == (422, False)
    assert not trail(office, "interactions.explain")
    assert SECRET in browser.post(why(one), {"opened_because": "复核个案的风险等级"}).text
    (line,) = trail(office, "interactions.explain")
    assert line.reason == "复核个案的风险等级"


def test_a_reason_given_in_the_list_leads_on(office):
    one, browser = put(office), office.signed_in("supervisor")
    panel = browser.post(f"/console/interactions/{one}", {"reason": "复核个案的风险等级"}).text
    assert f'action="{why(one)}"' in panel
    assert 'name="opened_because" value="复核个案的风险等级"' in panel
    assert f'href="{why(one)}"' in office.signed_in("counselor").get(f"/console/interactions/{one}").text


@pytest.mark.parametrize("role", ["cadre", "admin"])
def test_who_may_not_read_sees_no_stored_message(office, role):
    one, browser = put(office), office.signed_in(role)
    for answer in (
        browser.get(why(one)),
        browser.post(why(one), {"opened_because": "我想看看它"}),
        browser.get(why(uuid4())),
    ):
        assert answer.status_code == 403
        assert SECRET not in answer.text


def test_a_reason_is_taken_only_from_whose_role_must_give_one(office):
    one = put(office)
    assert office.signed_in("counselor").post(why(one), {"opened_because": "我想看看它"}).status_code == 403


def test_what_cannot_be_recorded_is_not_shown(office, monkeypatch):
    from core.staff import audit

    one, browser = put(office), office.signed_in("counselor")
    monkeypatch.setattr(audit, "record", lambda *_: 1 / 0)
    answer = browser.get(why(one))
    assert (answer.status_code, SECRET in answer.text) == (500, False)


def test_what_has_no_words_still_tells_what_came_of_it(office):
    one = put(office, None, kind="click", route="click:events.list", reasons=["菜单：events.list"])
    page = office.signed_in("counselor").get(why(one)).text
    assert "菜单：events.list" in page
    assert "没有可以演算的文字" in page
    assert office.signed_in("counselor").get(why(uuid4())).status_code == 404

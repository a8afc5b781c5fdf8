"""纠正样本: cleaned before it is shown, looked at by a second person, read only on the record."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.contacts import contacts
from core.corrections.models import Correction
from core.privacy import erasure
from core.staff import audit
from core.staff.models import AuditRecord
from tests.support.exchanges import store
from tests.support.office import hire

LIST = "/console/corrections/"
SAID = "我叫张小雨，在郑州市第四十七中学，他们又在厕所门口堵我，电话13812345678"
CLEAN = "他们又在厕所门口堵我"
SCRIPT = "<script>alert(1)</script>"
FORM = {
    "text": CLEAN,
    "risk": "high",
    "intent": "counseling",
    "topic": "校园欺凌",
    "why": "反复被围堵，是持续的伤害",
    "tags": ["short", "indirect"],
}


def put(office, text=SAID, name="lin", minutes=5, **changes):
    at = office.clock.now() - timedelta(minutes=minutes)
    with office.database.transaction() as session:
        return store(session, name, at, text, **changes).id


def form_of(identity):
    return f"/console/interactions/{identity}/correct"


def trail(office, start="corrections."):
    with office.database.reading() as session:
        assert not list(audit.verify(session))
        query = select(AuditRecord).where(AuditRecord.action.startswith(start)).order_by(AuditRecord.number)
        return [line.action for line in session.scalars(query)]


def stored(office):
    with office.database.reading() as session:
        return list(session.scalars(select(Correction).order_by(Correction.created_at)))


@pytest.fixture
def colleague(either_office):
    """A second counselor, signed in."""
    with either_office.database.transaction() as session:
        hire(session, "counselor", either_office.clock.now(), "second.li", "周敏")
    browser = either_office.browser()
    assert browser.sign_in("second.li").status_code == 302
    return browser


def test_from_a_stored_message_to_an_approved_example(either_office, colleague):
    one, author = put(either_office), either_office.signed_in("counselor")
    assert f'href="{form_of(one)}"' in author.get(f"/console/interactions/{one}").text
    page = author.get(form_of(one)).text
    for secret in ("张小雨", "第四十七中学", "13812345678"):
        assert secret not in page
    assert "我叫〔姓名〕，在〔学校〕" in page
    assert "已经自动替换" in page
    assert author.post(form_of(one), FORM).status_code == 302
    (row,) = stored(either_office)
    assert (row.text, row.risk, row.was_route, row.tags) == (CLEAN, "high", "fallback", ["short", "indirect"])
    assert row.expires_at == row.said_at + timedelta(days=180)
    assert "自己提的自己不能通过" in author.get(f"{LIST}{row.id}").text
    assert author.post(f"{LIST}{row.id}/decide", {"decision": "approved"}).status_code == 403
    assert CLEAN in colleague.get(f"{LIST}{row.id}").text
    assert colleague.post(f"{LIST}{row.id}/decide", {"decision": "approved"}).status_code == 302
    assert stored(either_office)[0].state == "approved"
    assert trail(either_office) == [
        "corrections.begin",
        "corrections.propose",
        "corrections.open",
        "corrections.open",
        "corrections.approve",
    ]


def test_a_name_that_comes_back_while_editing_is_shown_again_before_it_is_kept(office):
    one, author = put(office), office.signed_in("counselor")
    for field in ("text", "why"):
        answer = author.post(form_of(one), FORM | {field: "我叫王建国，13987654321"})
        assert answer.status_code == 422
        assert "还没有保存" in answer.text
        assert "王建国" not in answer.text
        assert "13987654321" not in answer.text
    assert stored(office) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text": ""}, "一个字都没有"),
        ({"why": "对"}, "请写明为什么"),
        ({"topic": ""}, "要选一个话题"),
        ({"risk": "x"}, "请选一个风险等级"),
        ({"intent": "events"}, "意图一律是"),
    ],
)
def test_a_field_that_is_wrong_is_named_and_the_input_kept(office, changes, says):
    one, author = put(office), office.signed_in("counselor")
    answer = author.post(form_of(one), FORM | changes)
    assert answer.status_code == 422
    assert says in answer.text
    assert (FORM | changes)["why"] in answer.text
    assert stored(office) == []


@pytest.mark.parametrize("role", ["cadre", "admin"])
def test_who_may_not_read_words_finds_nothing_by_any_way(office, role):
    one = put(office)
    office.signed_in("counselor").post(form_of(one), FORM)
    row, browser = stored(office)[0], office.signed_in(role)
    for path in (LIST, f"{LIST}?q=厕所", f"{LIST}{row.id}", form_of(one), f"{LIST}{uuid4()}"):
        answer = browser.get(path)
        assert answer.status_code == 403, path
        assert CLEAN not in answer.text
    for path in (form_of(one), f"{LIST}{row.id}/decide", f"{LIST}{row.id}/withdraw"):
        assert browser.post(path, FORM | {"decision": "approved"}).status_code == 403
    assert LIST not in browser.get("/console/").text
    assert stored(office)[0].state == "pending"


def test_a_supervisor_says_why_before_the_text_is_shown(office):
    one, browser = put(office), office.signed_in("supervisor")
    closed = browser.get(form_of(one)).text
    assert "厕所" not in closed
    assert "打开的理由" in closed
    short = browser.post(form_of(one), {"opened_because": "看"})
    assert (short.status_code, "厕所" in short.text) == (422, False)
    assert "厕所" in browser.post(form_of(one), {"opened_because": "复核时发现判断不对"}).text
    assert trail(office) == ["corrections.begin"]
    assert browser.post(form_of(one), FORM).status_code == 302


def test_no_change_without_the_token(office):
    one, browser = put(office), office.signed_in("counselor")
    assert browser.client.post(form_of(one), data=FORM).status_code == 400
    browser.post(form_of(one), FORM)
    row = stored(office)[0]
    for path in ("decide", "withdraw"):
        answer = office.signed_in("supervisor").client.post(f"{LIST}{row.id}/{path}", data={"decision": "approved"})
        assert answer.status_code == 400
    assert stored(office)[0].state == "pending"


def test_a_second_one_for_the_same_message_leads_to_the_first(office):
    one, browser = put(office), office.signed_in("counselor")
    browser.post(form_of(one), FORM)
    answer = browser.get(form_of(one))
    assert answer.location == f"{LIST}{stored(office)[0].id}"
    late = browser.post(form_of(one), FORM)
    assert late.status_code == 409
    assert CLEAN in late.text


def test_who_decides_too_late_is_told(either_office, colleague):
    one = put(either_office)
    either_office.signed_in("counselor").post(form_of(one), FORM)
    row = stored(either_office)[0]
    colleague.post(f"{LIST}{row.id}/decide", {"decision": "rejected", "note": "还能认出是谁"})
    late = either_office.signed_in("supervisor").post(f"{LIST}{row.id}/decide", {"decision": "approved"})
    assert late.status_code == 409
    assert "没有保存" in late.text
    assert stored(either_office)[0].state == "rejected"


def test_a_no_without_a_reason_is_not_taken(office):
    one = put(office)
    office.signed_in("counselor").post(form_of(one), FORM)
    row, browser = stored(office)[0], office.signed_in("supervisor")
    answer = browser.post(f"{LIST}{row.id}/decide", {"decision": "rejected", "note": ""})
    assert answer.status_code == 422
    assert browser.post(f"{LIST}{row.id}/decide", {"decision": "maybe"}).status_code == 400
    assert stored(office)[0].state == "pending"


def test_the_author_takes_it_back(office):
    one, author = put(office), office.signed_in("counselor")
    author.post(form_of(one), FORM)
    row = stored(office)[0]
    assert office.signed_in("supervisor").post(f"{LIST}{row.id}/withdraw").status_code == 404
    assert author.post(f"{LIST}{row.id}/withdraw").status_code == 302
    assert stored(office) == []


def test_the_list_shows_no_words_and_a_search_for_them_is_on_the_record(either_office):
    one, other = put(either_office), put(either_office, name="wang")
    browser = either_office.signed_in("counselor")
    browser.post(form_of(one), FORM)
    browser.post(form_of(other), FORM | {"text": "别的事情"})
    page = browser.get(LIST).text
    assert "共 2 条" in page
    assert "厕所" not in page
    assert "高风险" in page
    found = browser.get(f"{LIST}?q=厕所").text
    assert "共 1 条" in found
    assert trail(either_office)[-1] == "corrections.search"
    assert "没有样本里有" in browser.get(f"{LIST}?q=没有的词").text


def test_pages_and_states(office):
    with office.database.transaction() as session:
        ids = [store(session, f"p{n}", office.clock.now() - timedelta(minutes=n)).id for n in range(45)]
    browser = office.signed_in("counselor")
    token = browser.token()
    for one in ids:
        browser.client.post(form_of(one), data=FORM | {"csrf_token": token}, environ_base={"REMOTE_ADDR": "10.0.0.7"})
    seen, path = set(), LIST
    while path:
        page = browser.get(path).text
        seen |= set(re.findall(r'href="/console/corrections/([0-9a-f-]{36})"', page))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == 45
    assert "这里还没有样本" in browser.get(f"{LIST}?state=approved").text
    for query in ("state=banana", "page=" + "9" * 400, "q=" + "长" * 3000, "q=%00"):
        assert browser.get(f"{LIST}?{query}").status_code == 200


def test_an_empty_list_says_how_to_fill_it(office):
    assert "判断得不对，纠正" in office.signed_in("counselor").get(LIST).text


def test_an_erased_one_is_gone_everywhere(office):
    one, browser = put(office), office.signed_in("counselor")
    browser.post(form_of(one), FORM)
    row = stored(office)[0]
    with office.database.transaction() as session:
        lin = contacts.meet(session, "o_test_lin", office.clock.now())
        erasure.erase(session, lin, office.clock.now(), "asked")
    assert browser.get(f"{LIST}{row.id}").status_code == 404
    assert "没有等复核的纠正" in browser.get(LIST).text
    assert browser.get(form_of(one)).status_code == 302


def test_script_is_shown_as_text(office):
    one = put(office, SCRIPT)
    browser = office.signed_in("counselor")
    page = browser.get(form_of(one)).text
    browser.post(form_of(one), FORM | {"text": SCRIPT, "why": SCRIPT})
    shown = browser.get(f"{LIST}{stored(office)[0].id}").text
    for text in (page, shown):
        assert SCRIPT not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert " style=" not in text

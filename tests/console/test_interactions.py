"""互动记录: masked until opened, opened only on the record, never for who may not read; filters never break."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from console import spreadsheet
from core.contacts import contacts
from core.interactions import searching
from core.interactions.models import Interaction
from core.referrals import cases
from core.referrals.cases import Cause
from core.staff import audit
from core.staff.models import AuditRecord
from tests.support.exchanges import store

LIST = "/console/interactions/"
SECRET = "他们又在厕所门口堵我"
SCRIPT = "<script>alert(1)</script>"
LONG = "郑州航空港区第一百零三中学"


def put(office, name="lin", text=SECRET, minutes=5, **changes):
    """An exchange some minutes ago; gives its id."""
    at = office.clock.now() - timedelta(minutes=minutes)
    with office.database.transaction() as session:
        return store(session, name, at, text, **changes).id


def trail(office, action):
    """What was put on the record."""
    with office.database.reading() as session:
        query = select(AuditRecord).where(AuditRecord.action == action).order_by(AuditRecord.number)
        return list(session.scalars(query))


@pytest.mark.parametrize("role", ["cadre", "admin"])
def test_who_may_not_read_finds_nothing_by_any_way(office, role):
    one = put(office, risk="imminent")
    browser = office.signed_in(role)
    for path in (LIST, f"{LIST}?q={SECRET}", f"{LIST}{one}", f"{LIST}export.csv", f"{LIST}{uuid4()}"):
        answer = browser.get(path)
        assert answer.status_code == 403, path
        assert SECRET not in answer.text
        assert str(one) not in answer.text
    assert browser.post(f"{LIST}{one}", {"reason": "我想看看"}).status_code == 403
    assert LIST not in browser.get("/console/").text
    assert not trail(office, "interactions.open")


@pytest.mark.parametrize("role", ["counselor", "supervisor"])
def test_the_list_shows_nobodys_words_and_no_open_id(either_office, role):
    put(either_office, risk="high", route="crisis")
    page = either_office.signed_in(role).get(LIST).text
    assert "危机应答" in page
    assert "高风险" in page
    assert "今天 09:55" in page
    assert "2026-11-23 09:55:00" in page
    assert re.search(r"关注者 [0-9A-F]{4}-[0-9A-F]{4}", page)
    assert SECRET not in page
    assert "o_test_lin" not in page
    assert not trail(either_office, "interactions.open")


def test_a_counselor_opens_an_exchange_and_it_is_on_the_record(either_office):
    put(either_office, text="之前的话", minutes=9)
    one = put(either_office, reasons=["规则：欺凌"])
    put(either_office, name="wang", text="别人的话", minutes=4)
    page = either_office.signed_in("counselor").get(f"{LIST}{one}").text
    assert SECRET in page
    assert "之前的话" in page
    assert "规则：欺凌" in page
    assert "收到了。" in page
    assert "别人的话" not in page
    (line,) = trail(either_office, "interactions.open")
    assert (line.subject_id, line.staff_id) == (str(one), either_office.staff["counselor"].id)
    with either_office.database.reading() as session:
        assert not list(audit.verify(session))


def test_a_supervisor_says_why_first(office):
    one = put(office)
    browser = office.signed_in("supervisor")
    closed = browser.get(f"{LIST}{one}").text
    assert SECRET not in closed
    assert "打开的理由" in closed
    short = browser.post(f"{LIST}{one}", {"reason": "看"})
    assert short.status_code == 422
    assert SECRET not in short.text
    assert "请写明打开的理由" in short.text
    assert not trail(office, "interactions.open")
    opened = browser.post(f"{LIST}{one}", {"reason": "复核个案的风险等级"})
    assert SECRET in opened.text
    (line,) = trail(office, "interactions.open")
    assert line.reason == "复核个案的风险等级"


def test_opening_needs_the_token_of_a_page(office):
    one = put(office)
    browser = office.signed_in("supervisor")
    answer = browser.client.post(f"{LIST}{one}", data={"reason": "复核个案的风险等级"})
    assert answer.status_code == 400
    assert SECRET not in answer.text


def test_what_cannot_be_recorded_is_not_shown(office, monkeypatch):
    one = put(office)
    browser = office.signed_in("counselor")

    def broken(*given):
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(audit, "record", broken)
    answer = browser.get(f"{LIST}{one}")
    assert answer.status_code == 500
    assert SECRET not in answer.text


def test_htmx_gets_the_panel_alone_and_a_plain_link_the_whole_screen(office):
    one = put(office)
    browser = office.signed_in("counselor")
    part = browser.get(f"{LIST}{one}?risk=high", headers={"HX-Request": "true"}).text
    whole = browser.get(f"{LIST}{one}?risk=none").text
    assert "<html" not in part
    assert SECRET in part
    assert "risk=high" in part, "closing goes back to the same filters"
    assert "<html" in whole
    assert SECRET in whole
    assert 'id="list"' in whole


def test_an_unknown_record_is_missing(office):
    browser = office.signed_in("counselor")
    assert browser.get(f"{LIST}{uuid4()}").status_code == 404
    assert browser.get(f"{LIST}not-an-id").status_code == 404


def test_script_is_shown_as_text(office):
    one = put(office, text=SCRIPT, answer=SCRIPT, reasons=[SCRIPT], topic=SCRIPT[:20], route="x:" + SCRIPT)
    page = office.signed_in("counselor").get(f"{LIST}{one}").text
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_case_is_named_to_who_may_read_cases(office):
    one = put(office, risk="high")
    with office.database.transaction() as session:
        lin, now = contacts.meet(session, "o_test_lin", office.clock.now()), office.clock.now()
        number = cases.open_crisis(session, lin, "high", "心理", Cause(one, now)).number
    browser = office.signed_in("counselor")
    assert number in browser.get(f"{LIST}{one}").text
    assert str(one) in browser.get(f"{LIST}?case={number}").text
    assert str(one) not in browser.get(f"{LIST}?case=Z-99999999").text


def test_words_are_found_for_who_may_open_and_the_search_is_on_the_record(either_office):
    one, other = put(either_office, text=f"我在{LONG}"), put(either_office, text="别的事")
    page = either_office.signed_in("counselor").get(f"{LIST}?q=一百零三").text
    assert str(one) in page
    assert str(other) not in page
    assert "已搜索最近 2 条，找到 1 条" in page
    (line,) = trail(either_office, "interactions.search")
    assert line.reason == "一百零三"
    assert line.subject_id == "opened 2, found 1"


def test_who_opens_only_with_a_reason_cannot_search_by_words(office):
    one = put(office)
    page = office.signed_in("supervisor").get(f"{LIST}?q=不会有的词").text
    assert str(one) in page
    assert "不能按原文搜索" in page
    assert 'name="q"' not in page
    assert not trail(office, "interactions.search")


def test_a_search_can_be_continued(office, monkeypatch):
    monkeypatch.setattr(searching, "SCANNED", 2)
    for minutes in range(5):
        last = put(office, text="要找的" if minutes == 4 else "别的", minutes=minutes)
    browser = office.signed_in("counselor")
    path, pages = f"{LIST}?q=要找的", 0
    while str(last) not in (page := browser.get(path).text):
        path, pages = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&"), pages + 1
        assert "继续往前找" in page
        assert "为止" in page
    assert pages == 2


def test_pages_lead_to_the_end_and_keep_the_filters(either_office, monkeypatch):
    stored = {str(put(either_office, minutes=minutes, risk="high")) for minutes in range(120)}
    put(either_office, risk="none")
    browser, seen, path, pages = either_office.signed_in("counselor"), set(), f"{LIST}?risk=high", 0
    while path:
        page = browser.get(path).text
        seen |= set(re.findall(r'<a class="row-link" href="/console/interactions/([0-9a-f-]{36})', page))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path, pages = found[1].replace("&amp;", "&") if found else "", pages + 1
    assert seen == stored
    assert pages == 3


NONSENSE = [
    "range=banana",
    "range=custom&from=2026-13-45&to=gestern",
    "from=0001-01-01&to=9999-12-31",
    "from=2026-11-24&to=2026-11-01",
    "risk=none",
    "risk=%00",
    "family=' OR 1=1 --",
    "kind=<script>",
    "trouble=everything",
    "case=%00%ff",
    "person=o_test_lin",
    "behind=x",
    "behind=0001-01-01T00:00:00%2B14:00~00000000-0000-0000-0000-000000000000",
    "behind=9999-12-31T23:59:59-14:00~ffffffff-ffff-ffff-ffff-ffffffffffff",
    "q=" + "长" * 3000,
    "q=%00",
    "q=%F0%9F%92%94",
    "page=" + "9" * 400,
    "risk=high&risk=low&size=1000000&sort=openid",
]


def test_an_address_that_makes_no_sense_is_answered_in_plain_words(either_office):
    one = put(either_office)
    browser, exporting = either_office.signed_in("counselor"), either_office.signed_in("supervisor")
    for query in NONSENSE:
        for path in (LIST, f"{LIST}{one}"):
            answer = browser.get(f"{path}?{query}")
            assert answer.status_code == 200, query
            assert "<script>" not in answer.text
        assert exporting.get(f"{LIST}export.csv?{query}").status_code in (200, 400), query


def test_dates_are_whole_days_of_the_city(office):
    evening = put(office, minutes=10 * 60 + 1)  # 23:59 of the day before
    morning = put(office, minutes=10 * 60)  # midnight
    browser = office.signed_in("counselor")
    page = browser.get(f"{LIST}?from=2026-11-22&to=2026-11-22").text
    assert str(evening) in page
    assert str(morning) not in page
    page = browser.get(f"{LIST}?range=today").text
    assert str(evening) not in page
    assert str(morning) in page


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("", "这段时间没有人发来消息"),
        ("?range=all", "还没有互动记录"),
        ("?risk=high", "清空条件"),
        ("?q=找", "已经找到头了"),
    ],
)
def test_an_empty_list_says_what_to_do(office, query, hint):
    assert hint in office.signed_in("counselor").get(LIST + query).text


def test_an_export_holds_what_is_shown_and_no_words(either_office):
    put(either_office, risk="high", route="crisis", latency_ms=12.4)
    put(either_office, name="wang", answer=None, minutes=7)
    put(either_office, minutes=60 * 24 * 20)
    answer = either_office.signed_in("supervisor").get(f"{LIST}export.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff时间,关注者")
    rows = list(csv.reader(io.StringIO(answer.text[1:])))
    assert [len(row) for row in rows] == [8, 8, 8]
    assert rows[1][0] == "2026-11-23 09:55:00"
    assert rows[1][3:] == ["危机应答", "高风险", "", "", "12"]
    assert rows[2][6] == "没有回复"
    assert SECRET not in answer.text
    assert "o_test" not in answer.text
    (line,) = trail(either_office, "interactions.export")
    assert line.reason == "range=7d"


def test_only_who_may_exports(office):
    put(office)
    assert office.signed_in("counselor").get(f"{LIST}export.csv").status_code == 403
    assert "export.csv" not in office.signed_in("counselor").get(LIST).text
    assert "export.csv" in office.signed_in("supervisor").get(LIST).text


def test_an_export_is_refused_rather_than_wider_than_what_was_asked_for(office):
    browser = office.signed_in("supervisor")
    assert browser.get(f"{LIST}export.csv?risk=banana").status_code == 400
    assert browser.get(f"{LIST}export.csv?q=词").status_code == 400
    assert not trail(office, "interactions.export")


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "\u3000=1",
    "\t=1",
    "\r",
    "\n=1",
    "\u22121",
    "﹢1",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_becomes_a_formula(cell):
    assert spreadsheet.harmless(cell) == "'" + cell


def test_other_cells_stay_and_quotes_survive():
    text = "".join(spreadsheet.csv_lines(["甲"], [['说"你好", 走了'], ["两\n行"], [12.5]]))
    assert list(csv.reader(io.StringIO(text[1:], newline=""))) == [["甲"], ['说"你好", 走了'], ["两\n行"], ["12.5"]]
    assert text.count("\r\n") == 4


def test_what_was_erased_is_said_to_be(office):
    one = put(office, text="", route="erased", reply_key="")
    with office.database.transaction() as session:
        row = session.get(Interaction, one)
        row.erased_at, row.text_sealed, row.reply_sealed = office.clock.now(), None, None
    page = office.signed_in("counselor").get(f"{LIST}{one}").text
    assert "已按本人要求清除" in page
    assert "没有回复" not in re.sub(r"<option.*?</option>", "", page)


def test_what_does_not_open_spoils_neither_list_nor_panel(office):
    one = put(office)
    with office.database.transaction() as session:
        session.get(Interaction, one).text_sealed = b"\x01\x02k9" + bytes(60)
    browser = office.signed_in("counselor")
    assert browser.get(LIST).status_code == 200
    assert "这条内容打不开" in browser.get(f"{LIST}{one}").text

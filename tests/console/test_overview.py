"""今日: who waits, what fell through, what goes on; and small numbers about counselling stay with those who counsel."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from console import charts
from core.contacts import contacts
from core.outbox import deliveries
from core.outbox.models import UNHANDLED_CRISIS
from core.referrals import cases
from core.referrals.cases import Cause
from tests.support.exchanges import store
from tests.support.happenings import make_event

HOME = "/console/"
PARTS = (HOME, "/console/overview/figures", "/console/overview/charts")
LONG = "郑州航空港区第一百零三中学十四岁集体生日暨青春心向党成长仪式"


def plain(page):
    """What one reads: no tags, one space between words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def open_cases(office, count, risk="high", minutes=4):
    with office.database.transaction() as session:
        at = office.clock.now() - timedelta(minutes=minutes)
        for number in range(count):
            person = contacts.meet(session, f"o_test_{risk}{number}", at)
            row = store(session, f"{risk}{number}", at, risk=risk, route="crisis")
            cases.open_crisis(session, person, risk, "心理", Cause(row.id, at))


@pytest.mark.parametrize("role", ["cadre", "counselor", "supervisor", "admin"])
def test_an_empty_day_says_so_to_everybody(either_office, role):
    browser = either_office.signed_in(role)
    page = plain(browser.get(HOME).text)
    assert "11月23日 星期一" in page
    assert "今天没有活动" in page
    assert "今天还没有消息" in page
    assert ("系统运行" in page) == (role == "admin")
    assert ("今天有没有漏掉的" in page) == (role != "cadre")


def test_a_counselor_sees_who_waits_and_how_long(either_office):
    open_cases(either_office, 1, "imminent", minutes=4)
    open_cases(either_office, 2, "high", minutes=65)
    page = plain(either_office.signed_in("counselor").get(HOME).text)
    assert "1 紧急危险最久的已等 4 分钟" in page
    assert "2 高风险最久的已等 1 小时 5 分" in page
    assert page.index("紧急危险") < page.index("高风险最久")
    assert "今天新增 3 件" in page


def test_waiting_counts_up(office):
    open_cases(office, 1)
    browser = office.signed_in("counselor")
    assert "已等 4 分钟" in browser.get(PARTS[1]).text
    office.clock.move(minutes=3)
    assert "已等 7 分钟" in browser.get(PARTS[1]).text


def test_few_are_not_told_from_none(office):
    """A cadre reads the same whether nobody or four people are in need."""
    browser = office.signed_in("cadre")
    nobody = plain(browser.get(PARTS[1]).text)
    open_cases(office, 4)
    assert plain(browser.get(PARTS[1]).text) == nobody
    assert "等待接案 &lt;5 件" in nobody


@pytest.mark.parametrize("role", ["cadre", "admin"])
def test_nothing_of_counselling_is_charted_for_others(office, role):
    open_cases(office, 7)
    browser = office.signed_in(role)
    page = "".join(plain(browser.get(path).text) for path in PARTS)
    assert not re.search(r"危机应答|情绪支持|找咨询师|转人工|有风险|已等|紧急|高风险", page)


def test_many_are_told_to_everybody(office):
    open_cases(office, 5)
    assert "等待接案 5 件" in plain(office.signed_in("cadre").get(HOME).text)


def test_an_alert_that_reached_nobody_is_told_to_who_can_mend_it(office):
    with office.database.transaction() as session:
        deliveries.owe(session, UNHANDLED_CRISIS, "k", office.clock.now(), {"risk": "high"})
    told = {role: plain(office.signed_in(role).get(HOME).text) for role in office.staff}
    assert "有 1 条求助告警还没有送到" in told["counselor"]
    assert "有 1 条求助告警" in told["supervisor"]
    assert "有 &lt;5 条求助告警还没有送到" in told["admin"]
    assert "告警" not in told["cadre"]


def test_what_fell_through_leads_to_its_list(either_office):
    now = either_office.clock.now()
    with either_office.database.transaction() as session:
        store(session, "lin", now, route="failed", failure="KeyError")
        store(session, "lin", now, answer=None)
        store(session, "lin", now - timedelta(days=1), route="failed")
    page = either_office.signed_in("counselor").get(HOME).text
    assert "程序出错 1" in plain(page)
    assert "没有回复 1" in plain(page)
    assert "range=today&amp;trouble=failed" in page
    assert "trouble=failed" not in either_office.signed_in("admin").get(HOME).text


def test_todays_events_show_seats_and_queue(office):
    now = office.clock.now()
    with office.database.transaction() as session:
        make_event(
            session, now, "1", title=LONG, place="<b>操场</b>", starts_at=now, ends_at=now + timedelta(hours=2), taken=3
        )
    page = office.signed_in("cadre").get(HOME).text
    assert f"10:00—12:00 {LONG}" in plain(page)
    assert "报名 3/10" in plain(page)
    assert "<b>操场</b>" not in page


def test_every_part_answers_on_either_engine(either_office):
    open_cases(either_office, 2)
    for role in either_office.staff:
        browser = either_office.signed_in(role)
        assert [browser.get(path).status_code for path in PARTS] == [200, 200, 200]


def test_a_screen_that_refreshes_itself_keeps_no_session_alive(office):
    browser = office.signed_in("counselor")
    for _ in range(6):
        office.clock.move(minutes=6)
        answer = browser.get(PARTS[1], headers={"X-Unattended": "yes", "HX-Request": "true"})
    assert answer.status_code == 401
    assert office.devices("counselor") == 0


def test_charts_carry_no_inline_style_or_script(office):
    open_cases(office, 2)
    for role in office.staff:
        page = office.signed_in(role).get(HOME).text
        assert "style=" not in page
        assert not re.search(r"<script(?![^>]*src=)", page)
        assert " onclick" not in page


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 4), (4, 4), (5, 5), (6, 10), (11, 20), (21, 50), (101, 200), (2001, 5000)]
)
def test_an_axis_ends_at_a_round_number(highest, top):
    assert charts.ceiling(highest) == top


def test_bars_stay_inside_their_picture_and_stack_without_gaps():
    columns = [charts.Column(str(n), "", (("usual", n), ("concern", 2), ("grave", 1))) for n in (0, 3, 17)]
    chart = charts.bar_chart(columns)
    for bar in chart.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= 100
        for lower, upper in zip(bar.pieces, bar.pieces[1:], strict=False):
            assert upper.y + upper.height == pytest.approx(lower.y)
        assert all(piece.y >= 0 for piece in bar.pieces)
    assert charts.bar_chart([]).is_empty


def test_shares_tell_no_numbers():
    told = charts.ranking([("学习专栏", 3), ("活动报名", 1), ("没有", 0)], as_percent=True)
    assert [(one.label, one.value, one.width) for one in told] == [
        ("学习专栏", "75%", 100.0),
        ("活动报名", "25%", 33.33),
    ]

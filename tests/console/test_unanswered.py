"""没听懂的话: sentences for who may read them, words of five people for everybody else, and what to do next."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.staff.models import AuditRecord
from tests.support.exchanges import store

PAGE = "/console/unanswered/"
MANY, FEW = "团员证丢了怎么补办呀", "食堂几点关门呢"
SCRIPT = "<script>alert(1)</script>"


def put(office, text, people, prefix="p", days=1, **changes):
    with office.database.transaction() as session:
        for number in range(people):
            at = office.clock.now() - timedelta(days=days, minutes=number)
            store(session, f"{prefix}{number}", at, text, **changes)


@pytest.fixture
def full(either_office):
    """One thing that six people said, and one that two said."""
    put(either_office, MANY, 6)
    put(either_office, FEW, 2, "q")
    return either_office


def trail(office):
    with office.database.reading() as session:
        query = select(AuditRecord).where(AuditRecord.action == "unanswered.open").order_by(AuditRecord.number)
        return list(session.scalars(query))


def links(page):
    return [link.replace("&amp;", "&") for link in re.findall(r'class="group-words" href="([^"]+)"', page)]


def test_a_counselor_sees_the_groups_with_a_sentence_of_each_on_the_record(full):
    browser = full.signed_in("counselor")
    page = browser.get(PAGE).text
    assert "8 条，归成 2 组" in page
    assert MANY in page
    assert FEW in page
    first = browser.get(links(page)[0]).text
    assert "6 条，6 人说过" in first
    assert MANY in first
    assert trail(full)[0].subject_id == "list"
    assert len(trail(full)) == 2


def test_a_cadre_sees_only_the_words_of_at_least_five(full):
    browser = full.signed_in("cadre")
    page = browser.get(PAGE).text
    assert "团员证" in page
    assert "食堂" not in page
    assert MANY not in page
    assert "只显示至少 5 人说过的" in page
    (link,) = links(page)
    one = browser.get(link).text
    assert MANY not in one
    assert "团员证" in one
    assert browser.post(link, {"opened_because": "我也想看看原话"}).status_code == 403
    assert not trail(full)


def test_a_cadre_cannot_reach_a_small_group_by_its_address(full):
    small = links(full.signed_in("counselor").get(PAGE).text)[1]
    answer = full.signed_in("cadre").get(small)
    assert answer.status_code == 404
    assert "食堂" not in answer.text


def test_four_people_and_one_who_repeats_are_still_too_few(office):
    put(office, MANY, 4)
    put(office, MANY, 1, "p")  # the first of them again
    put(office, MANY, 1, "p")
    page = office.signed_in("cadre").get(PAGE).text
    assert "团员证" not in page
    assert "说的人都不到 5 个" in page


def test_a_word_that_only_some_of_them_say_and_numbers_and_names_are_not_shown(office):
    for number in range(6):
        put(office, f"团员证补办找诸葛亮1381234567{number}" if number < 4 else "团员证补办", 1, f"x{number}")
    put(office, "补办团员证找周恩来13812345678", 6, "y")
    page = office.signed_in("cadre").get(PAGE).text
    for hidden in ("诸葛亮", "周恩来", "1381234", "〔"):
        assert hidden not in page
    assert "团员证" in page


def test_a_word_of_four_is_not_shown_though_most_of_the_group_say_it(office):
    put(office, "团员证补办体育馆", 4)
    put(office, "团员证补办", 2, "q")
    page = office.signed_in("cadre").get(PAGE).text
    assert "团员证" in page
    assert "体育馆" not in page
    assert "体育馆" in office.signed_in("counselor").get(PAGE).text


def test_a_message_with_a_risk_is_counted_for_nobody_who_does_not_follow_up(office):
    put(office, MANY, 4)
    put(office, MANY, 2, "r", risk="concern")
    assert not links(office.signed_in("cadre").get(PAGE).text)
    assert links(office.signed_in("counselor").get(PAGE).text)


def test_a_supervisor_gives_a_reason_for_sentences_and_for_the_words_of_few(full):
    browser = full.signed_in("supervisor")
    page = browser.get(PAGE).text
    assert "团员证" in page
    assert "不到 5 人说过" in page
    assert "食堂" not in page
    small = links(page)[1]
    assert "食堂" not in browser.get(small).text
    short = browser.post(small, {"opened_because": "看"})
    assert (short.status_code, "食堂" in short.text) == (422, False)
    assert not trail(full)
    assert FEW in browser.post(small, {"opened_because": "补规则前看看怎么说"}).text
    (line,) = trail(full)
    assert line.reason == "补规则前看看怎么说"


def test_an_admin_may_not(office):
    browser = office.signed_in("admin")
    assert browser.get(PAGE).status_code == 403
    assert browser.get(f"{PAGE}abc").status_code == 403


def test_a_period_is_chosen_and_kept(office):
    put(office, MANY, 6, days=1)
    put(office, FEW, 6, "q", days=20)
    browser = office.signed_in("counselor")
    assert FEW in browser.get(PAGE).text
    week = browser.get(f"{PAGE}?range=7d").text
    assert FEW not in week
    assert "range=7d" in links(week)[0]
    custom = browser.get(f"{PAGE}?range=custom&from=2026-11-01&to=2026-11-05").text
    assert FEW in custom
    assert MANY not in custom


def test_what_was_understood_and_what_was_erased_is_not_in_it(office):
    put(office, MANY, 6, route="keyword:events.list", reply_key="events.list")
    put(office, FEW, 6, "q", erased_at=office.clock.now())
    assert not links(office.signed_in("counselor").get(PAGE).text)


def test_words_are_searched_in_what_one_may_see(full):
    counselor, cadre = full.signed_in("counselor"), full.signed_in("cadre")
    assert len(links(counselor.get(f"{PAGE}?q=丢了怎么").text)) == 1
    assert links(cadre.get(f"{PAGE}?q=丢了怎么").text) == []
    assert len(links(cadre.get(f"{PAGE}?q=团员证").text)) == 1
    assert "没有哪一组里有" in cadre.get(f"{PAGE}?q=食堂").text


def test_pages_lead_to_the_end(office):
    with office.database.transaction() as session:
        for number in range(45):
            word = chr(0x4E00 + number * 37) * 2
            store(session, f"p{number}", office.clock.now() - timedelta(hours=number), word)
    browser, seen, path = office.signed_in("counselor"), set(), PAGE
    while path:
        page = browser.get(path).text
        seen |= set(links(page))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len({link.split("?")[0] for link in seen}) == 45


@pytest.mark.parametrize("role", ["cadre", "counselor", "supervisor"])
def test_an_empty_report_says_so(office, role):
    browser = office.signed_in(role)
    assert "都听懂了" in browser.get(PAGE).text
    assert "还没有没听懂的话" in browser.get(f"{PAGE}?range=all").text


def test_the_next_step_names_the_file_and_tried_lines(full):
    browser = full.signed_in("cadre")
    (link,) = links(browser.get(PAGE).text)
    page = browser.get(f"{link}&action=study.list").text
    assert "content/rules/study.toml" in page
    assert "contains = [&#34;团员证+" in page
    assert "有 6 条会走到" in page
    assert MANY not in page


def test_script_is_shown_as_text(office):
    put(office, SCRIPT, 6)
    browser = office.signed_in("counselor")
    page = browser.get(PAGE).text
    one = browser.get(links(page)[0]).text
    for text in (page, one):
        assert SCRIPT not in text
        assert " style=" not in text
    assert "&lt;script&gt;" in one


NONSENSE = [
    "range=banana",
    "from=2026-13-45",
    "page=" + "9" * 400,
    "page=-1",
    "q=" + "长" * 3000,
    "q=%00",
    "action=<script>",
]


@pytest.mark.parametrize("query", NONSENSE)
def test_an_address_that_makes_no_sense_is_answered(full, query):
    for role in ("cadre", "counselor"):
        browser = full.signed_in(role)
        assert browser.get(f"{PAGE}?{query}").status_code == 200
        assert browser.get(f"{PAGE}no-such-group?{query}").status_code == 404

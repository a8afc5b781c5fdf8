"""今日 and 互动记录 in a real browser: open a row, filter, page, go back; nothing runs off a small screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.support.exchanges import store
from tests.support.happenings import make_event
from tests.support.office import PASSWORD, Office

pytestmark = pytest.mark.browser
SCHOOL = "郑州航空港区第一百零三中学"
SCRIPT = "<img src=x onerror=document.title='stolen'><script>document.title='stolen'</script>"


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    _fill(office)
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/console/"
    server.shutdown()
    thread.join()
    server.server_close()


def _fill(office: Office) -> None:
    now = office.clock.now()
    with office.database.transaction() as session:
        make_event(session, now, "1", title=f"{SCHOOL}十四岁集体生日暨青春心向党成长仪式", starts_at=now)
        for number in range(60):
            at = now - timedelta(minutes=number)
            store(session, f"p{number % 7}", at, f"{SCHOOL}的第{number}条", route="study.list")
        store(session, "lin", now - timedelta(minutes=2), SCRIPT, risk="high", route="crisis", answer=SCRIPT)


@pytest.fixture
def complaints(page: Any, address: str) -> list[str]:
    """What the browser's console says, and what is asked of any other host."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(address[:-9]) else found.append(request.url))
    return found


def sign_in(page: Any, address: str, role: str) -> None:
    page.goto(f"{address}login")
    page.fill("[name=login]", f"{role}.li")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(address)


def wait_for_rows(page: Any, count: int) -> None:
    page.wait_for_function("count => document.querySelectorAll('#list tbody tr').length === count", arg=count)


def refresh_until(page: Any, becomes: str) -> None:
    """As the screen does it by itself every few seconds."""
    page.wait_for_function(f"() => {{ htmx.trigger('#figures', 'refresh'); return {becomes}; }}", polling=300)


def test_a_counselor_filters_opens_closes_and_goes_back(page: Any, address: str, complaints: list[str]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, address, "counselor")
    page.click("nav >> text=互动记录")
    page.select_option("#f-risk", "high")
    page.click("text=筛选")
    page.wait_for_url("**risk=high*")
    wait_for_rows(page, 1)

    page.click("#list tbody tr .c-family")  # anywhere on the row
    page.wait_for_selector("#opened .talk")
    assert page.inner_text("#opened .is-chosen .said") == SCRIPT
    assert page.title().startswith("互动记录")
    assert "/interactions/0" in page.url
    assert "risk=high" in page.url
    wait_for_rows(page, 1)

    opened = page.url
    page.keyboard.press("Escape")
    page.wait_for_selector("#opened .panel", state="detached")
    assert "risk=high" in page.url
    page.go_back()
    page.wait_for_selector("#opened .talk")
    assert page.url == opened, "an address that can be passed on"
    assert complaints == []


def test_paging_reaches_the_last_one(page: Any, address: str, complaints: list[str]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, address, "counselor")
    page.goto(f"{address}interactions/?family=study")
    wait_for_rows(page, 50)
    page.click("text=更早的")
    page.wait_for_url("**behind=*")
    wait_for_rows(page, 10)
    page.click("text=回到最新")
    wait_for_rows(page, 50)
    assert complaints == []


def test_a_supervisor_gives_a_reason_beside_the_list(page: Any, address: str, complaints: list[str]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, address, "supervisor")
    page.goto(f"{address}interactions/")
    page.locator(".row-link").first.click()
    page.fill("#reason", "看")
    page.click("text=记下理由并打开")
    page.wait_for_selector(".invalid-feedback")
    assert page.evaluate("document.activeElement.id") == "reason"
    page.fill("#reason", "复核个案的风险等级")
    page.click("text=记下理由并打开")
    page.wait_for_selector("#opened .talk")
    assert SCHOOL in page.inner_text("#chosen .said")
    assert [text for text in complaints if "422" not in text] == []


def test_without_a_script_the_same_works_by_links(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, address, "supervisor")
    page.goto(f"{address}interactions/?risk=high")
    page.locator(".row-link").first.click()
    page.fill("#reason", "复核个案的风险等级")
    page.click("text=记下理由并打开")
    assert page.inner_text("#chosen .said") == SCRIPT
    wait_for_rows(page, 1)
    context.close()


def test_figures_refresh_while_seen_and_say_when_they_are_old(page: Any, address: str, office: Office) -> None:
    sign_in(page, address, "counselor")
    page.wait_for_function("window.htmx !== undefined")
    with office.database.transaction() as session:
        store(session, "lin", office.clock.now(), route="failed")
    refresh_until(page, "/程序出错\\s+1/.test(document.querySelector('#figures').innerText)")
    page.context.set_offline(True)
    refresh_until(page, "!document.getElementById('stale').hidden")
    page.context.set_offline(False)
    refresh_until(page, "document.getElementById('stale').hidden")


# How much wider a choice is than the room for it: a browser cuts it without a word.
CUT = """select => {
  const style = getComputedStyle(select), pen = document.createElement('canvas').getContext('2d');
  pen.font = style.font;
  const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(...[...select.options].map(option => pen.measureText(option.text).width)) - room;
}"""


def test_on_a_phone_every_risk_can_be_read_whole(page: Any, address: str) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    sign_in(page, address, "counselor")
    page.goto(f"{address}interactions/")
    for name in ("#f-range", "#f-risk"):
        assert page.eval_on_selector(name, CUT) <= 0, name


def test_nothing_runs_off_a_phone(page: Any, address: str, complaints: list[str]) -> None:
    sign_in(page, address, "counselor")
    for width in (320, 375):
        page.set_viewport_size({"width": width, "height": 812})
        for path in ("", "interactions/", "interactions/?risk=imminent", "interactions/?range=custom&from=2026-11-20"):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        page.goto(f"{address}interactions/?risk=high")
        page.locator(".row-link").first.click()
        page.wait_for_selector("#opened .talk")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not page.locator("#list").is_visible(), "on a phone the opened record has the screen for itself"
    assert complaints == []

"""From a wrong answer to an example (纠正), in a real browser; nothing runs off a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.support.exchanges import store
from tests.support.office import PASSWORD, Office

pytestmark = pytest.mark.browser
LONG = "郑州航空港区第一百零三中学的同学们周末想去黄河湿地看鸟，请问是在学校门口集合还是自己坐车过去，" * 3
SCRIPT = "<img src=x onerror=document.title='stolen'><script>document.title='stolen'</script>"
SAID = f"我叫张小雨，他们又在厕所门口堵我 {SCRIPT}"


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
        for number in range(6):
            store(session, f"p{number}", now - timedelta(days=number), "团员证丢了怎么补办")
        store(session, "q", now - timedelta(days=1), LONG)
        store(session, "lin", now - timedelta(minutes=2), SAID, risk="concern", route="concern")


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


def explain(page: Any, address: str, text: str) -> None:
    page.goto(f"{address}explain/")
    page.fill("#text", text)
    page.click(".try-form button")
    page.wait_for_selector("#result")


def test_a_cadre_pastes_a_message_and_sees_why(page: Any, address: str, complaints: list[str]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, address, "cadre")
    page.click("nav >> text=为什么这样回答")
    page.click("text=报名费被骗了怎么维权")
    page.wait_for_selector("#result")
    assert "由它回答" in page.inner_text(".stage-won")
    assert "报名费" not in page.url
    explain(page, address, SCRIPT)
    assert SCRIPT in page.inner_text(".is-now .said")
    assert page.title().startswith("为什么这样回答")
    assert complaints == []


def test_from_a_stored_message_to_an_example(page: Any, address: str, complaints: list[str]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, address, "counselor")
    page.goto(f"{address}interactions/?risk=concern")
    page.locator(".row-link").first.click()
    page.click(".onward >> text=为什么这样回答")
    page.wait_for_selector(".stages")
    page.click("text=判断得不对，纠正")
    page.wait_for_selector("#text")
    assert "〔姓名〕" in page.input_value("#text")
    assert page.locator("#topic-field").is_visible()
    page.select_option("#risk", "none")
    page.select_option("#intent", "events")
    assert not page.locator("#topic-field").is_visible(), "a topic belongs to counseling alone"
    page.select_option("#risk", "high")
    assert page.input_value("#intent") == "counseling"
    page.select_option("#topic", "校园欺凌")
    page.fill("#why", "反复被围堵，是持续的伤害")
    page.check("input[value=indirect]")
    page.click("button:has-text('提出纠正')")
    page.wait_for_selector(".alert-success")
    page.click(".group-words")
    page.wait_for_selector(".plain-text")
    assert SCRIPT in page.inner_text(".plain-text")
    assert page.title().startswith("纠正样本")
    assert complaints == []


def test_a_supervisor_opens_a_group_with_a_reason(page: Any, address: str, complaints: list[str]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, address, "supervisor")
    page.click("nav >> text=没听懂的话")
    page.locator(".group-words").first.click()
    page.fill("#opened_because", "补规则前看看大家怎么说")
    page.click("text=记下理由并打开")
    page.wait_for_selector(".examples")
    assert "团员证丢了怎么补办" in page.inner_text(".examples")
    page.select_option("#f-action", "study.list")
    page.click("text=换成这个")
    page.wait_for_selector(".snippet")
    assert "团员证" in page.inner_text(".snippet")
    assert complaints == []


def test_nothing_runs_off_a_phone(page: Any, address: str, complaints: list[str]) -> None:
    sign_in(page, address, "counselor")
    for width in (320, 375):
        page.set_viewport_size({"width": width, "height": 812})
        explain(page, address, LONG)
        _fits(page, width)
        explain(page, address, "w" * 300)
        _fits(page, width)
        page.goto(f"{address}unanswered/")
        _fits(page, width)
        for number in (0, 1):
            page.goto(f"{address}unanswered/")
            page.locator(".group-words").nth(number).click()
            page.wait_for_selector(".tiles")
            _fits(page, width)
        page.goto(f"{address}corrections/")
        _fits(page, width)
        page.goto(f"{address}interactions/?risk=concern")
        page.locator(".row-link").first.click()
        page.click(".onward >> text=判断得不对，纠正")
        page.wait_for_selector("#text")
        _fits(page, width)
    assert complaints == []


def _fits(page: Any, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)

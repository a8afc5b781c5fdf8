"""Mobile pages in a real browser: nothing runs off a small screen, nothing is refused by our own policy."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from core.clock import FixedClock
from core.db import Database
from tests.support.happenings import NAME, make_event

pytestmark = pytest.mark.browser
LONG = "郑州航空港区第一百零三中学十四岁集体生日暨青春心向党成长仪式"
PATHS = (
    "columns/",
    "columns/shijiuda/",
    "columns/quanyi-xinli/shuibuhao",
    "events/",
    "events/long",
    "events/310",
    "venues/",
    "venues/?q=火星",
    "venues/QCJY002",
    "help-lines",
    "gone",
)


@pytest.fixture
def address(client: FlaskClient, store: Database, clock: FixedClock) -> Iterator[str]:
    with store.transaction() as session:
        make_event(
            session, clock.now(), "long", title=LONG, place="x" * 60, body=f"`{'y' * 90}`\n\n{'字' * 90}", fields=[NAME]
        )
    server = make_server("127.0.0.1", 0, client.application, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/pages"
    server.shutdown()
    thread.join()
    server.server_close()


def test_pages_fit_small_screens_and_keep_their_own_policy(page: Any, address: str) -> None:
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("request", lambda request: complaints.append(request.url) if address[:-6] not in request.url else None)
    for width in (320, 375):
        page.set_viewport_size({"width": width, "height": 812})
        for path in PATHS:
            page.goto(f"{address}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            assert page.evaluate("getComputedStyle(document.body).fontSize") == "17px", "the style sheet was loaded"
    assert [one for one in complaints if "404" not in one] == []


def test_reading_goes_on_by_links_alone(page: Any, address: str) -> None:
    page.goto(f"{address}/columns/")
    page.click("text=十九大学习专栏")
    page.click("main ol a >> nth=0")
    first = page.text_content("h1")
    page.click("a[rel=next]")
    assert page.text_content("h1") != first
    page.click("a[rel=prev]")
    assert page.text_content("h1") == first


def test_venues_are_searched_by_a_plain_form(page: Any, address: str) -> None:
    page.goto(f"{address}/venues/")
    page.fill("#q", "自习桌")
    page.select_option("#district", "金水区")
    page.click("button")
    assert "金水区" in page.text_content("h1")
    assert "district=" in page.url

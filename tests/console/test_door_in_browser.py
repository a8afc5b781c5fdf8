"""The console's door in a real browser: nothing is refused by our own policy, nothing runs off a phone."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from core.staff import staff as people
from core.staff.permissions import ADMIN, CADRE
from tests.support.office import PASSWORD, Office, hire

pytestmark = pytest.mark.browser
LONG = "郑州航空港区第一百零三中学团委 司马相如"
SCREENS = (
    "",
    "people/",
    "people/new",
    "people/?q=nobody",
    "account/",
    "account/password",
    "account/second-factor",
    "gone",
)


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    with office.database.transaction() as session:
        hire(session, CADRE, office.clock.now(), "long.name", LONG)
        people.create_with_hash(session, "new.with.a.long.name", LONG, CADRE, "not a hash", office.clock.now())
        hire(session, CADRE, office.clock.now(), "evil.one", "<script>document.title='broken'</script>")
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/console/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def complaints(page: Any) -> list[str]:
    """What the browser refused or found broken; a 4xx answer that we gave on purpose is none."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if line.type in ("error", "warning") else None)
    return heard


def sign_in(page: Any, address: str, role: str) -> None:
    page.goto(address)
    page.fill("#login", f"{role}.li")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(address)


@pytest.mark.parametrize("width", [375, 1280])
def test_every_screen_fits_and_breaks_no_rule_of_ours(page: Any, address: str, complaints: list[str], width: int):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, address, ADMIN)
    for screen in SCREENS:
        page.goto(address + screen, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, screen
        assert page.evaluate("document.title").endswith("郑州共青团"), screen
    assert [line for line in complaints if "404" not in line] == []


def test_on_a_phone_the_navigation_opens_and_leads(page: Any, address: str):
    sign_in(page, address, ADMIN)
    assert not page.is_visible("text=人员")
    page.click(".navbar-toggler")
    page.click("nav >> text=人员")
    page.wait_for_url("**/people/")
    assert page.is_visible(f"text={LONG}")


def test_on_a_phone_nothing_of_the_list_of_staff_is_cut(page: Any, address: str):
    page.set_viewport_size({"width": 375, "height": 812})
    sign_in(page, address, ADMIN)
    page.goto(f"{address}people/")
    assert page.evaluate("(box => box.scrollWidth - box.clientWidth)(document.querySelector('.table-responsive'))") == 0
    assert page.is_visible("text=long.name")


def test_a_dangerous_button_asks_first(page: Any, address: str, office: Office):
    sign_in(page, address, ADMIN)
    page.goto(f"{address}people/{office.staff[CADRE].id}")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("text=停用")
    assert office.reread(CADRE).is_active
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("text=停用")
    page.wait_for_url("**/people/")
    assert not office.reread(CADRE).is_active


def test_after_an_expired_login_one_is_back_on_the_same_page(page: Any, address: str, office: Office):
    sign_in(page, address, ADMIN)
    office.clock.move(minutes=31)
    page.goto(f"{address}people/?q=李&role=cadre")
    page.fill("#login", "admin.li")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/people/?q=*")
    assert page.input_value("input[name=q]") == "李"
    assert page.input_value("select[name=role]") == "cadre"

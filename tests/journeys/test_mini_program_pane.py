"""The simulator's mini-program pane (小程序) on the real API: help lines, an event, log-in, all by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]


@pytest.fixture
def pane(product: Product, page: Any) -> Any:
    """The pane, opened on 林晓's phone."""
    product.start_web()
    product.start_simulator()
    page.goto(f"http://127.0.0.1:{product.environment['SIMULATOR_PHONE_PORT']}/")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator(".fan", has_text="林晓").click()
    page.locator("#follow").click()
    page.locator("#plus").click()
    page.locator(".plus__tile", has_text="小程序").click()
    return page


def tap(pane: Any, words: str) -> None:
    pane.locator(".mini").get_by_role("button", name=words).first.click()


def test_help_lines_come_first_and_everything_else_is_a_tap_away(pane: Any) -> None:
    mini = pane.locator(".mini")
    mini.get_by_text("12355").wait_for()
    assert mini.locator(".mini__number").first.inner_text() in ("120", "110", "119")

    tap(pane, "活动")
    event = mini.locator(".mini__open").first
    event.wait_for()
    title = event.locator("strong").inner_text()
    event.click()
    mini.get_by_role("heading", name=title).wait_for()
    mini.get_by_text("个，还有").wait_for()
    assert "GET /api/v1/events/" in mini.locator(".mini__wire").inner_text()

    tap(pane, "专栏")
    mini.locator(".mini__open", has_text="十九大").click()
    mini.get_by_role("button", name="‹ 返回").wait_for()
    title = mini.locator(".mini__open strong").first.inner_text()
    mini.locator(".mini__open").first.click()
    mini.get_by_role("heading", name=title).wait_for()
    assert mini.locator(".mini__tab[aria-current]").inner_text() == "专栏"


def test_logging_in_and_out(pane: Any) -> None:
    tap(pane, "我的")
    tap(pane, "微信登录")
    pane.get_by_text("登录 1 处").wait_for()
    tap(pane, "退出登录")
    pane.locator(".mini").get_by_role("button", name="微信登录").wait_for()


def test_a_wechat_that_is_away_is_told_with_numbers(pane: Any, product: Product) -> None:
    product.control("/control/faults", {"path": "/sns/jscode2session", "kind": "refuse"})
    tap(pane, "我的")
    tap(pane, "微信登录")
    pane.get_by_text("wechat_away").wait_for()
    assert pane.locator(".mini__number").count() == 4

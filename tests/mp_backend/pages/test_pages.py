"""Every mobile page: found, light, closed to the outside, readable by a screen reader."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import text

from core.clock import FixedClock
from core.config import Settings
from core.db import Database
from core.resources import Resources
from tests.mp_backend.pages.conftest import client_for

PAGES = (
    "columns/",
    "columns/shijiuda/",
    "columns/shijiuda/xinshidai",
    "events/",
    "events/301",
    "events/310",
    "venues/",
    "venues/?district=金水区",
    "venues/QCJY002",
    "help-lines",
)
LIGHT = 60 * 1024


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_there_light_and_in_chinese(client: FlaskClient, path: str) -> None:
    response = client.get(f"/pages/{path}")
    css = client.get("/pages/static/pages.css")
    assert response.status_code == css.status_code == 200
    assert len(response.data) + len(css.data) < LIGHT
    page = html.fromstring(response.data)
    assert page.get("lang") == "zh-CN"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//meta[@property='og:title']/@content")[0]
    assert page.xpath("//footer//a[@href='tel:12356']"), "help is never farther than the foot of the page"


@pytest.mark.parametrize("path", [*PAGES, "no-such-page", "static/pages.css"])
def test_headers_close_a_page_to_the_outside(client: FlaskClient, path: str) -> None:
    headers = client.get(f"/pages/{path}").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(client: FlaskClient, path: str) -> None:
    page = html.fromstring(client.get(f"/pages/{path}").data)
    assert page.xpath("//script | //style | //iframe | //@style | //@onclick") == []
    loaded = page.xpath("//link/@href | //img/@src")
    assert [url for url in loaded if not url.startswith("/pages/")] == []


@pytest.mark.parametrize("path", PAGES)
def test_all_links_within_the_house_lead_somewhere(client: FlaskClient, path: str) -> None:
    page = html.fromstring(client.get(f"/pages/{path}").data)
    for url in set(page.xpath("//a/@href | //link/@href | //img/@src")):
        if url.startswith("/"):
            assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("path", PAGES)
def test_what_others_append_to_an_address_does_no_harm(client: FlaskClient, path: str) -> None:
    mark = "&" if "?" in path else "?"
    assert client.get(f"/pages/{path}{mark}from=wechat&isappinstalled=0&scene=1").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "x",
        "columns/x/",
        "columns/shijiuda/x",
        "columns/x/xinshidai",
        "events/999",
        "venues/x",
        "covers/x.png",
        "covers/..",
        "privacy/x",
    ],
)
def test_what_is_not_there_gets_a_kind_page(client: FlaskClient, path: str) -> None:
    response = client.get(f"/pages/{path}")
    assert response.status_code == 404
    assert "text/html" in response.headers["Content-Type"]
    assert html.fromstring(response.data).xpath("//main//a | //main//p")


@pytest.mark.parametrize("path", ["/pages", "/pages/events", "/pages//events/", "/pages/columns/shijiuda?page=1"])
def test_a_redirect_leads_to_no_host_that_the_caller_named(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Host": "evil.example:8080"})
    assert response.status_code in (301, 302, 308)
    assert response.headers["Location"].startswith("/pages/")
    assert b"evil.example" not in response.data


def test_pages_only_read(client: FlaskClient) -> None:
    assert client.post("/pages/events/301").status_code == 405


def test_in_production_nobody_may_frame_a_page(
    store: Database, clock: FixedClock, resources: Resources, settings: Settings
) -> None:
    real = settings.model_copy(update={"wechat_api_base": "https://api.weixin.qq.com"})
    policy = client_for(store, clock, resources, real).get("/pages/help-lines").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy


# --- without the database ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["columns/", "columns/shijiuda/xinshidai", "venues/", "help-lines"])
def test_what_needs_no_database_works_without_it(client_without_database: FlaskClient, path: str) -> None:
    assert client_without_database.get(f"/pages/{path}").status_code == 200


@pytest.mark.parametrize("path", ["events/", "events/301"])
def test_without_the_database_an_event_page_says_so_and_gives_the_numbers(
    client_without_database: FlaskClient, path: str
) -> None:
    response = client_without_database.get(f"/pages/{path}")
    assert response.status_code == 503
    numbers = html.fromstring(response.data).xpath("//main//a/@href")
    assert {"tel:120", "tel:110", "tel:12356", "tel:12355"} <= set(numbers)


def test_help_lines_put_danger_first_and_claim_no_hours(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/pages/help-lines").data)
    numbers = page.xpath("//main//a[starts-with(@href,'tel:')]/@href")
    assert set(numbers[:3]) == {"tel:120", "tel:110", "tel:119"}
    assert "tel:12355" in numbers
    # S3: nobody has checked them yet, so no line of the page speaks of hours.
    assert not re.search(r"\d{1,2}:\d\d|24 ?小时", page.xpath("string(//main)"))


# --- what each page says ----------------------------------------------------------------------------------------


def test_an_article_shows_its_column_date_source_and_neighbours(client: FlaskClient, resources: Resources) -> None:
    first, second, third = resources.library.articles("shijiuda")[:3]
    page = html.fromstring(client.get(f"/pages/columns/shijiuda/{second.slug}").data)
    said = page.xpath("string(//main)")
    assert second.title in page.xpath("string(//h1)")
    assert second.source in said
    assert f"{second.date.year} 年 {second.date.month} 月 {second.date.day} 日" in said
    assert page.xpath("//a[@rel='prev']/@href") == [f"/pages/columns/shijiuda/{first.slug}"]
    assert page.xpath("//a[@rel='next']/@href") == [f"/pages/columns/shijiuda/{third.slug}"]


def test_every_article_renders(client: FlaskClient, resources: Resources) -> None:
    for column in resources.library.columns():
        for article in resources.library.articles(column.slug):
            response = client.get(f"/pages/columns/{column.slug}/{article.slug}")
            assert response.status_code == 200
            assert len(html.fromstring(response.data).xpath("string(//main)")) > 200


def test_an_event_shows_its_seats_and_how_to_sign_up(client: FlaskClient) -> None:
    said = html.fromstring(client.get("/pages/events/301").data).xpath("string(//main)")
    assert "还有 37 个名额" in said
    assert "报名" in said
    assert "演示" in said


def test_venues_are_found_by_district_and_words(client: FlaskClient, resources: Resources) -> None:
    count = len(resources.venues.in_district("金水区"))
    by_district = html.fromstring(client.get("/pages/venues/?district=金水区").data)
    assert len(by_district.xpath("//main//a[contains(@class,'row')]")) == min(count, 20)
    by_words = html.fromstring(client.get("/pages/venues/?q=金水区").data)
    assert f"{count} 家" in by_words.xpath("string(//main)")
    road = html.fromstring(client.get("/pages/venues/?q=建设路").data)
    assert "建设路" in road.xpath("string(//main//li[1])")


def test_venue_pages_together_show_all(client: FlaskClient, resources: Resources) -> None:
    seen: set[str] = set()
    for number in range(1, 10):
        page = html.fromstring(client.get(f"/pages/venues/?page={number}").data)
        seen |= set(page.xpath("//main//a[contains(@class,'row')]/@href"))
    assert len(seen) == len(resources.venues)


@pytest.mark.parametrize(
    "query", ["q=火星", "q=<script>alert(1)</script>", "q=%00%ff", "page=0", "page=99999999", "page=x", "district=x"]
)
def test_odd_searches_get_a_page(client: FlaskClient, query: str) -> None:
    response = client.get(f"/pages/venues/?{query}")
    assert response.status_code == 200
    assert b"<script" not in response.data


def test_a_venue_says_that_nobody_has_checked_it_and_links_to_a_map(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/pages/venues/QCJY002").data)
    assert "待核对" in page.xpath("string(//main)")
    (link,) = page.xpath("//a[contains(@class,'button')]/@href")
    assert link.startswith("https://apis.map.qq.com/uri/v1/marker?marker=coord%3A34.")


def test_a_page_does_not_wait_for_a_writer(client: FlaskClient, store: Database) -> None:
    """A message that is being handled holds SQLite's write lock; readers must not queue behind it."""
    with store.transaction() as session:
        session.execute(text("UPDATE event SET title = title"))
        assert client.get("/pages/events/").status_code == 200

"""When something breaks: a plain page in Chinese that says what is safe and what to do, and nothing of the inside."""

import pytest
from flask import Flask

import console
from content.hotlines import HOTLINES_FILE, Hotlines
from core.db import Database
from tests.support.office import Office, usual_mind


class Faulty:
    """A room with views that break."""

    @staticmethod
    def add(door):
        @door.get("/breaks")
        @console.access.needs("account.own")
        def breaks() -> str:
            raise RuntimeError("secret-in-a-message")


@pytest.fixture
def faulty(store, clock, settings, monkeypatch):
    monkeypatch.setattr(console, "ROOMS", (*console.ROOMS, Faulty))
    return Office(store, clock, settings)


def test_an_error_of_ours_is_a_page_without_a_trace(faulty):
    answer = faulty.signed_in("cadre").get("/console/breaks")
    assert answer.status_code == 500
    assert "系统出错了" in answer.text
    assert "RuntimeError" not in answer.text
    assert "secret-in-a-message" not in answer.text


def test_the_help_lines_are_those_of_the_file_that_staff_edit(store, clock, settings, monkeypatch, tmp_path):
    edited = tmp_path / "hotlines.toml"
    edited.write_text(HOTLINES_FILE.read_text("utf-8").replace("青少年服务热线", "本市青少年热线"), "utf-8")
    ours = Hotlines.load(edited)
    monkeypatch.setattr("content.hotlines.Hotlines.load", lambda: ours)
    page = Office(store, clock, settings).browser().get("/console/login").text
    assert '<a href="tel:12355">12355</a> 本市青少年热线' in page
    assert '<a href="tel:12356">12356</a>' in page


@pytest.fixture(params=["sqlite", "postgresql"])
def gone(request, tmp_path):
    """A database that cannot be reached."""
    urls = {
        "sqlite": f"sqlite:///{tmp_path}/empty.db",
        "postgresql": "postgresql://nobody:hunter2@127.0.0.1:9/none",
    }
    database = Database(urls[request.param], connections=1)
    yield database
    database.close()


def test_without_the_database_the_console_says_so_and_names_the_help_lines(office, gone, clock, settings):
    """R21; also for somebody who was signed in before it went away."""
    cookie = office.signed_in("counselor").client.get_cookie("zhengqing_console", path="/console")
    app = Flask("away", static_folder=None)
    app.register_blueprint(console.blueprint(gone, clock, settings, usual_mind()), url_prefix="/console")
    client = app.test_client()
    client.set_cookie("zhengqing_console", cookie.value, path="/console")
    answer = client.get("/console/people/")
    assert answer.status_code == 503
    assert "数据库暂时连不上" in answer.text
    assert "12356" in answer.text
    assert "hunter2" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "PATCH", "POST"])
def test_a_wrong_verb_is_a_plain_page(office, verb):
    answer = office.signed_in("admin").open(verb, "/console/login/code")
    assert answer.status_code in (302, 401, 404, 405)
    assert "<!doctype html>" in answer.text.lower()


def test_a_missing_page_and_a_closed_page_look_like_pages(office):
    browser = office.signed_in("cadre")
    assert "没有这一页" in browser.get("/console/nothing/there").text
    closed = browser.get("/console/people/")
    assert (closed.status_code, "不对你的角色开放" in closed.text) == (403, True)

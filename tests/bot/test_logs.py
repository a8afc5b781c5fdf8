"""What reaches the log when something breaks: the type and the place, never the words (P10)."""

from __future__ import annotations

import errno
import io
import json
import logging
import sys
import threading

import pytest
from flask import Flask

import app as composition
from bot.gunicorn_log import GunicornLines
from core import logs
from core.errors import ConfigurationError

SECRET = "金丝雀 oCanary0123456789abcdefghijk"


@pytest.fixture
def written(capsys):
    """`written()`: the JSON lines on stderr since then."""
    logs.configure("DEBUG")
    capsys.readouterr()

    def read() -> list[dict]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    return read


def broken(message: str, level: int = logging.ERROR, *arguments: object, error: Exception | None = None):
    """A library's record, as if it had just caught `error`."""
    try:
        raise error or ValueError(SECRET)
    except Exception:
        return logging.LogRecord("library", level, "file.py", 1, message, arguments, sys.exc_info())


def test_a_librarys_error_is_told_without_its_words():
    line = logs.LibraryLines().format(broken(f"could not insert {SECRET}"))
    told = json.loads(line)
    assert (told["event"], told["logger"], told["exception"]) == ("library", "library", "ValueError")
    assert "broken" in told["at"][-1]
    assert "Canary" not in line


def test_a_thread_that_dies_is_told_without_its_words(written):
    def die() -> None:
        raise ValueError(SECRET)

    # pytest has a hook of its own there, and would take this for a failure.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading, "excepthook", logs._thread_died)
        thread = threading.Thread(target=die)
        thread.start()
        thread.join()
    (told,) = written()
    assert (told["event"], told["exception"]) == ("thread_died", "ValueError")
    assert "Canary" not in json.dumps(told)


def test_a_request_that_breaks_is_told_by_its_rule(written):
    """The path may be a private link, the exception may hold a statement with all its values."""
    app = Flask(__name__)
    composition._name_requests(app)
    composition._hide_errors(app)

    @app.get("/private/<token>")
    def break_it(token: str) -> str:
        raise ValueError(f"{token} {SECRET}")

    answer = app.test_client().get("/private/canaryword")
    (told,) = written()
    assert (told["event"], told["rule"], told["exception"]) == ("request_failed", "/private/<token>", "ValueError")
    assert answer.get_json()["request_id"] == told["request"] == answer.headers["X-Request-Id"]
    assert "anary" not in json.dumps(told) + answer.text


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        (f"Invalid request from ip=127.0.0.1: {SECRET}", ()),
        ("Error handling request %s", (f"/wechat?signature={SECRET}",)),
        (f"Error handling request /wechat?signature={SECRET}", ()),
    ],
)
def test_gunicorn_does_not_repeat_what_a_caller_sent(message, arguments):
    assert "Canary" not in GunicornLines().format(broken(message, logging.WARNING, *arguments))


def test_gunicorn_names_no_path_on_debug():
    assert "Canary" not in GunicornLines().format(broken("%s %s", logging.DEBUG, "GET", f"/pages/privacy/{SECRET}"))


def test_gunicorn_still_speaks_of_its_processes():
    told = json.loads(GunicornLines().format(broken("WORKER TIMEOUT (pid:%s)", logging.CRITICAL, 4711)))
    assert told["message"] == "WORKER TIMEOUT (pid:4711)"


def test_why_it_cannot_start_is_told_in_full():
    why = ConfigurationError("WECHAT_TOKEN is not set; see .env.example")
    told = json.loads(GunicornLines().format(broken("Exception in worker process", error=why)))
    assert "see .env.example" in told["why"]


class FullDisk(io.StringIO):
    """What stderr is when the disk behind it is full."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_that_cannot_be_written_costs_nobody_their_answer(bot, monkeypatch):
    logs.configure("INFO")
    monkeypatch.setattr(sys, "stderr", FullDisk())
    assert bot.hears("我不想活了").why["route"] == "crisis"
    assert bot.hears("菜单").reply.key == "menu.help"

"""The speed bench reads every answer, and prints what the issue asks for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench.pipeline import checks
from bench.pipeline.load import Exchange
from bench.pipeline.traffic import Push

EXCUSES = ("你的消息已经存好",)


def text_reply(to: str, content: str) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[gh]]></FromUserName><CreateTime>1</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content></xml>"
    ).encode()


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        ("200 OK", text_reply("o_lin", "你好"), ""),
        ("200 OK", b"", "unreadable: XMLSyntaxError"),
        ("200 OK", b"success", "no reply"),
        ("200 OK", text_reply("o_lin", " "), "empty"),
        ("200 OK", text_reply("o_mei", "你好"), "somebody else's reply"),
        ("200 OK", text_reply("o_lin", "你的消息已经存好，现在有点忙"), "excuse"),
        ("200 OK", b"<xml>", "unreadable: XMLSyntaxError"),
        ("503 Service Unavailable", b"try again", "HTTP/1.1 503"),
    ],
)
def test_a_wrong_answer_is_counted(settings, status, body, fault):
    exchange = Exchange(Push(b"", "o_lin", True), f"HTTP/1.1 {status}\r\n\r\n".encode() + body, 0.1)
    assert dict(checks.faults([exchange], settings, EXCUSES)) == ({fault: 1} if fault else {})


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_short_run_prints_its_figures():
    command = "bench pipeline --rounds 1 --seconds 0.5 --connections 8 --only echo_one,pipeline_sqlite"
    done = subprocess.run([sys.executable, "-m", *command.split()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    printed = json.loads(done.stdout)
    assert {"ratio_sqlite", "pipeline_sqlite_rps", "p99_ms_sqlite", "rss_mb_worker", "first_answer_s"} <= set(
        printed["figures"]
    )
    assert printed["figures"]["bad_bodies"] == 0
    assert printed["versions"]["gunicorn"]

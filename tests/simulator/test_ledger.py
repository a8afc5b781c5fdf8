"""The ledger: on the disk before anything goes on, complete, and whole after a kill."""

import json
import os
from pathlib import Path

from simulator.clock import Clock
from simulator.ledger import Ledger, read
from tests.simulator.bot import Answer


def test_an_entry_is_synced_before_append_returns(tmp_path: Path, monkeypatch):
    path, synced = tmp_path / "ledger.jsonl", []
    real = os.fsync

    def note(number: int) -> None:
        real(number)
        synced.append(path.read_bytes())

    monkeypatch.setattr(os, "fsync", note)
    ledger = Ledger(path, Clock())
    ledger.append("test", word="一")
    assert json.loads(synced[-1])["word"] == "一"
    ledger.close()


def test_numbers_go_on_after_a_restart(tmp_path: Path):
    path = tmp_path / "ledger.jsonl"
    for _ in range(2):
        ledger = Ledger(path, Clock())
        ledger.append("test")
        ledger.close()
    assert [entry["n"] for entry in read(path)] == [1, 2]


def test_half_a_line_left_by_a_kill_is_dropped(tmp_path: Path):
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b'{"n": 1, "kind": "whole"}\n{"n": 2, "kind": "ha')
    ledger = Ledger(path, Clock())
    ledger.append("next")
    ledger.close()
    assert [(entry["n"], entry["kind"]) for entry in read(path)] == [(1, "whole"), (2, "next")]


def test_every_push_answer_and_api_call_is_there(world, phone, platform, bot, lin):
    bot.answers("好")
    phone.act(lin, "say", {"text": "记下来"})
    platform.get("/cgi-bin/getcallbackip")
    entries = phone.get("/control/ledger?after=0")["entries"]
    said = next(each for each in entries if "记下来" in each.get("plain_xml", ""))
    answered = next(each for each in entries if each["kind"] == "push.answered" and each["push_id"] == said["push_id"])
    assert said["n"] < answered["n"]
    assert answered["status"] == 200
    assert "Encrypt" in answered["body"]
    assert answered["ms"] >= 0
    calls = [each for each in entries if each.get("path") == "/cgi-bin/getcallbackip"]
    assert [each["kind"] for each in calls] == ["api.received", "api.answered"]
    assert calls[1]["to"] == calls[0]["n"]
    assert "ip_list" in calls[1]["body"]


def test_app_secrets_are_not_written_down(world, platform):
    platform.fetch_token()
    platform.stable()
    written = (world.settings.directory / "ledger.jsonl").read_text("utf-8")
    assert "/cgi-bin/stable_token" in written
    assert world.settings.app_secret not in written


def test_an_answer_that_is_no_text_is_kept_as_bytes(world, phone, bot, lin):
    bot.reply = lambda received: Answer(b"\xff\xfe")
    phone.act(lin, "say", {"text": "字节"})
    entries = phone.get("/control/ledger?after=0")["entries"]
    assert [each["body_base64"] for each in entries if "body_base64" in each] == ["//4="] * 4

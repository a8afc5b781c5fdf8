"""The command line, as processes of their own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from simulator import control_app, replay
from simulator.client import Phone
from simulator.settings import Settings
from tests.simulator.bot import Answer, Received, text_xml
from tests.simulator.waiting import until

ROOT = Path(__file__).parents[2]
RECORDINGS = sorted((ROOT / "simulator" / "chats").glob("*.jsonl"))


@pytest.fixture
def environment(tmp_path, world, bot) -> dict[str, str]:
    """Points a command at the running simulator of this test."""
    port = world.phone_url.rpartition(":")[2]
    own = {"SIMULATOR_PHONE_PORT": port, "SIMULATOR_CALLBACK": bot.url, "SIMULATOR_DIR": str(world.settings.directory)}
    return {**os.environ, "PYTHONPATH": str(ROOT), **own}


@pytest.fixture
def alone(tmp_path, bot) -> dict[str, str]:
    """No simulator runs; the command must bring its own."""
    own = {"SIMULATOR_API_PORT": "0", "SIMULATOR_PHONE_PORT": "1", "SIMULATOR_DIR": str(tmp_path / "alone")}
    return {**os.environ, "PYTHONPATH": str(ROOT), "SIMULATOR_CALLBACK": bot.url, **own}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "simulator", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_a_reader_that_goes_away_is_no_traceback(environment):
    """As with `simulator apis | head -1`."""
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "simulator", "apis"]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, stdout=writes, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writes)
    assert (done.returncode, done.stderr) == (2, b"")


def repeat(bot) -> None:
    """A bot that repeats what it hears."""

    def answer(received: Received) -> Answer:
        if received.field("Event") == "unsubscribe":
            return Answer()
        words = received.field("Content") or received.field("Label") or received.field("EventKey") or "你好"
        return bot.sealed(received, text_xml(received, f"听到：{words}"))

    bot.reply = answer


def test_say_follows_first_and_prints_the_reply(environment, bot):
    repeat(bot)
    done = run(environment, "say", "我想报名", "--as", "小林")
    assert (done.returncode, done.stdout) == (0, "听到：我想报名\n")
    assert [each.field("Event") for each in bot.received] == ["subscribe", None]


def test_say_prints_a_card_as_title_description_and_link(environment, bot):
    card = "<ArticleCount>1</ArticleCount><Articles><item><Title>十九大专栏</Title><Description>共三篇</Description>"
    card += "<PicUrl></PicUrl><Url>http://bot.example/c/1</Url></item></Articles>"

    def answer(received: Received) -> Answer:
        return bot.sealed(received, text_xml(received, "", MsgType="news").replace("</xml>", card + "</xml>"))

    bot.reply = answer
    assert run(environment, "say", "专栏").stdout == "十九大专栏\n共三篇\nhttp://bot.example/c/1\n"


def test_say_with_verbose_shows_the_wire(environment, bot):
    repeat(bot)
    assert "msg_signature" in run(environment, "say", "在吗", "--verbose").stderr


def test_say_to_a_bot_that_answers_wrongly_prints_the_notice_and_exits_1(environment, bot):
    bot.reply = lambda received: Answer(b"<html>")
    done = run(environment, "say", "在吗")
    assert done.returncode == 1
    assert "服务出现故障" in done.stdout
    assert "XML" in done.stderr


def test_say_brings_its_own_platform_when_none_runs(alone, bot):
    repeat(bot)
    done = run(alone, "say", "没有模拟器也行")
    assert (done.returncode, done.stdout, done.stderr) == (0, "听到：没有模拟器也行\n", "")


def test_say_without_a_bot_names_the_mend_and_exits_2(alone, bot):
    bot.close()
    done = run(alone, "say", "在吗")
    assert done.returncode == 2
    assert "make run" in done.stderr
    assert bot.url in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_person_is_answered_with_the_names(environment):
    done = run(environment, "say", "在吗", "--as", "张三")
    assert done.returncode == 2
    assert "小雨" in done.stderr


@pytest.mark.parametrize("recording", RECORDINGS, ids=[path.stem for path in RECORDINGS])
def test_the_sample_recordings_replay(environment, bot, recording):
    expected = {each for step in replay.read(recording) for each in step.expect}
    bot.reply = lambda received: (
        Answer()
        if received.field("Event") == "unsubscribe"
        else bot.sealed(received, text_xml(received, f"好的，{'、'.join(sorted(expected))}"))
    )
    done = run(environment, "replay", str(recording))
    assert done.returncode == 0, done.stderr
    assert "0 not as expected" in done.stderr


def test_a_broken_expectation_fails_the_replay_and_names_the_line(environment, bot, tmp_path):
    repeat(bot)
    recording = tmp_path / "chat.jsonl"
    steps = [
        {"as": "小雨", "do": "say", "text": "一", "expect": "听到：一"},
        {"as": "小雨", "do": "say", "text": "二", "expect": "别的"},
        {"as": "小雨", "do": "say", "text": "三", "expect_not": "三"},
    ]
    recording.write_text("\n".join(json.dumps(step, ensure_ascii=False) for step in steps), "utf-8")
    done = run(environment, "replay", str(recording))
    assert done.returncode == 1
    assert "第 2 行" in done.stderr
    assert "第 3 行" in done.stderr
    assert "第 1 行" not in done.stderr


@pytest.mark.parametrize("line", ["{", '{"do": "dance"}', '{"do": "say", "txt": "x"}', "[]", '{"as": "x"}'])
def test_a_recording_that_cannot_be_read_names_file_and_line(tmp_path, line):
    path = tmp_path / "chat.jsonl"
    path.write_text('{"do": "follow"}\n' + line, "utf-8")
    with pytest.raises(replay.BadRecording, match=r"chat\.jsonl:2"):
        replay.read(path)


def test_a_file_is_pushed_and_the_outcome_printed(environment, bot, tmp_path):
    path = tmp_path / "push.xml"
    path.write_text("<xml><action>CheckContainerPath</action></xml>", "utf-8")
    done = run(environment, "push", str(path), "--mode", "plain")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "silent"
    assert bot.received[-1].body == path.read_text("utf-8")


def test_the_ledger_is_printed_as_json_lines(environment, bot):
    repeat(bot)
    run(environment, "say", "记一笔")
    lines = [json.loads(line) for line in run(environment, "ledger").stdout.splitlines()]
    assert "记一笔" in json.dumps(lines, ensure_ascii=False)


def test_the_table_and_the_help_are_printed(environment):
    table = run(environment, "apis").stdout
    assert "/cgi-bin/message/custom/send" in table
    assert "serve" in run(environment, "--help").stdout


def test_a_setting_that_cannot_work_is_named_without_a_trace(environment):
    done = run(environment | {"WECHAT_MODE": "secret"}, "say", "在吗")
    assert done.returncode == 2
    assert "WECHAT_MODE" in done.stderr
    assert "Traceback" not in done.stderr


class Served:
    """`python -m simulator serve` as a process on free ports."""

    def __init__(self, environment: dict[str, str]):
        command = [sys.executable, "-m", "simulator", "serve"]
        self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        lines = [self.process.stdout.readline() for _ in range(3)]
        self.phone_url = next(word for word in lines[0].split() if word.startswith("http")).rstrip("/")

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=20)
        self.process.stdout.close()
        return code


def test_a_killed_run_starts_again_with_its_followers(alone, bot):
    repeat(bot)
    environment = alone | {"SIMULATOR_PHONE_PORT": "0"}
    first = Served(environment)
    phone = Phone(first.phone_url)
    phone.act(phone.find("小雨"), "say", {"text": "还在"})
    saved = Path(environment["SIMULATOR_DIR"]) / "state.json"
    until(lambda: saved.exists() and "听到：还在" in saved.read_text("utf-8"))
    first.end(signal.SIGKILL)
    phone.close()
    second = Served(environment)
    phone = Phone(second.phone_url)
    assert phone.find("小雨")["subscribed"] is True
    assert phone.act(phone.find("小雨"), "say", {"text": "回来了"}).text == "听到：回来了"
    phone.close()
    assert second.end(signal.SIGTERM) == 0


def test_the_readme_names_every_setting_and_every_command():
    readme = (ROOT / "simulator" / "README.md").read_text("utf-8")
    names = [item.metadata["env"] for item in fields(Settings)]
    names += ["serve", "say", "replay", "push", "ledger", "apis"]
    assert [name for name in names if f"`{name}" not in readme] == []


def test_the_readme_names_every_path_of_the_control_port_and_the_phone(world):
    readme = (ROOT / "simulator" / "README.md").read_text("utf-8")
    rules = [str(rule) for rule in control_app.create(world).url_map.iter_rules()]
    last = {rule.split("/<")[0].rpartition("/")[2] for rule in rules if rule.startswith(("/control/", "/phone/"))}
    assert [name for name in last if name not in readme] == []

"""`make run` with the whole product in a fresh clone: started, used, killed, started again."""

import http.client
import json
import os
import random
import re
import signal
import subprocess
from pathlib import Path

import pytest

from bench.servers.waiting import wait_until
from scripts import demo
from tests.support import clones


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return clones.whole_clone(tmp_path / "我的 文件夹" / "zhengqing")


def in_second_terminal(clone: Path, command: str, environment: dict[str, str]) -> str:
    """Type a command as `make run` printed it."""
    shell: dict[str, str] = {name: value for name, value in environment.items() if name in ("PATH", "HOME", "LANG")}
    done = subprocess.run(command, shell=True, cwd=clone, env=shell, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def printed_command(run_output: str, word: str) -> str:
    """The command in the line that has the word."""
    line = next(line for line in run_output.splitlines() if word in line)
    return re.split(r"  +", line.strip(), maxsplit=1)[1]


def test_the_printed_commands_get_an_answer_and_show_that_it_was_stored(make_run, clone, environment):
    run = make_run()
    run.wait_until_running()
    answer = in_second_terminal(clone, printed_command(run.printed, "simulator say"), environment)
    assert re.search(r"[一-鿿]", answer)
    stored = in_second_terminal(clone, printed_command(run.printed, "bot interactions"), environment)
    assert len(stored.splitlines()) >= 2
    os.kill(run.run_pid, signal.SIGTERM)
    assert run.wait() == 0
    assert not clones.processes_of(clone)


def test_a_cry_for_help_rings_the_demo_counselors_phone(make_run, clone, environment):
    run = make_run()
    run.wait_until_running()
    say = printed_command(run.printed, "simulator say").replace("我想报名", "我不想活了")
    assert "12356" in in_second_terminal(clone, say, environment)
    wait_until(lambda: "高风险" in alert_of_counselor(environment), what="the alert")
    assert "不想活" not in alert_of_counselor(environment)


def alert_of_counselor(environment: dict[str, str]) -> str:
    """The last thing that came to her phone."""
    connection = http.client.HTTPConnection("127.0.0.1", int(environment["SIMULATOR_PHONE_PORT"]), timeout=10)
    connection.request("GET", f"/phone/chats/{demo.COUNSELOR_OPENID}?after=0")
    bubbles = json.loads(connection.getresponse().read())["bubbles"]
    connection.close()
    return json.dumps(bubbles[-1], ensure_ascii=False)


def test_what_was_stored_is_still_there_after_the_next_start(make_run, clone, environment):
    for _ in range(2):
        run = make_run()
        run.wait_until_running()
        in_second_terminal(clone, printed_command(run.printed, "simulator say"), environment)
        stored = in_second_terminal(clone, printed_command(run.printed, "bot interactions"), environment)
        os.kill(run.run_pid, signal.SIGKILL)
        run.wait()
    assert len([line for line in stored.splitlines() if " text " in line]) == 2


@pytest.mark.slow
def test_killed_at_any_point_of_the_start_it_starts_again(make_run, clone):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(4):
        run = make_run()
        moment = chance.uniform(0, 6)
        try:
            run.process.wait(moment)
        except subprocess.TimeoutExpired:
            os.killpg(run.process.pid, signal.SIGKILL)
            run.process.wait()
    make_run().wait_until_running()
    wait_until(lambda: (clone / "var" / "zhengqing.db").exists())

"""`make run` as a person at the keyboard meets it."""

import http.client
import os
import signal
import socket
import stat
from pathlib import Path

import pytest

from bench.servers.ports import is_listening
from bench.servers.waiting import wait_until
from scripts import demo
from tests.support import clones


def get(port: str, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def bot_that_rejects(clone: Path, condition: str) -> None:
    (clone / "bot" / "__main__.py").write_text(f"import os, sys; sys.exit({condition})")


def test_it_says_where_the_phone_page_and_the_callback_are(make_run, environment):
    run = make_run()
    run.wait_until_running()
    assert f"http://127.0.0.1:{environment['SIMULATOR_PHONE_PORT']}/" in run.printed
    assert f"http://127.0.0.1:{environment['PORT']}/wechat" in run.printed
    assert get(environment["PORT"], "/readyz") == 200
    assert len(run.printed.splitlines()) < 20


def test_it_migrates_before_it_puts_in_the_demo_data(make_run, clone):
    make_run().wait_until_running()
    assert (clone / "var" / "setup.log").read_text().split("\n")[:2] == ["bot migrate", "bot seed-demo"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_everything_and_is_no_failure(make_run, clone, environment, number):
    run = make_run()
    run.wait_until_running()
    os.kill(run.run_pid, number)
    assert run.wait() == 0
    assert "已停止" in run.printed
    assert not clones.processes_of(clone)
    assert not is_listening(int(environment["PORT"]))


def test_ctrl_c_ends_everything(make_run, clone):
    run = make_run()
    run.wait_until_running()
    run.press_ctrl_c()
    run.wait()
    wait_until(lambda: not clones.processes_of(clone), what="the children to end")
    assert "已停止" in run.printed


def test_killed_outright_it_leaves_no_child_and_starts_again(make_run, clone):
    run = make_run()
    run.wait_until_running()
    assert len(clones.processes_of(clone)) >= 3
    os.kill(run.run_pid, signal.SIGKILL)
    run.wait()
    # At once: the last children may still be closing down.
    make_run().wait_until_running()


def test_a_second_run_says_where_the_first_one_is_and_how_to_stop_it(make_run, environment):
    first = make_run()
    first.wait_until_running()
    second = make_run()
    assert second.wait() != 0
    assert f"http://127.0.0.1:{environment['SIMULATOR_PHONE_PORT']}/" in second.printed
    assert f"kill {first.run_pid}" in second.printed
    assert first.process.poll() is None


@pytest.mark.parametrize("setting", ["PORT", "SIMULATOR_API_PORT", "SIMULATOR_PHONE_PORT"])
def test_a_busy_port_is_named_with_who_holds_it_and_another_to_take(make_run, environment, setting):
    port = int(environment[setting])
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen()
        run = make_run()
        assert run.wait() != 0
    assert f"端口 {port} 被占用" in run.printed
    assert str(os.getpid()) in run.printed
    assert f"{setting}={port + 10} make run" in run.printed


@pytest.mark.parametrize("text", ["eight", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused_with_an_example(make_run, text):
    run = make_run(PORT=text)
    assert run.wait() != 0
    assert "PORT=8010 make run" in run.printed


def test_when_one_process_dies_all_stop_and_its_last_words_are_shown(make_run, clone):
    (clone / "simulator" / "__main__.py").write_text("raise SystemExit('the phone fell into the lake')")
    run = make_run()
    assert run.wait() != 0
    assert "simulator 自己停了" in run.printed
    assert "the phone fell into the lake" in run.printed
    assert not clones.processes_of(clone)


def test_a_migration_that_fails_is_shown_and_nothing_is_started(make_run, clone):
    (clone / "bot" / "__main__.py").write_text("raise SystemExit('no such column: kindness')")
    run = make_run()
    assert run.wait() != 0
    assert "python -m bot migrate" in run.printed
    assert "no such column: kindness" in run.printed


def test_the_demo_secrets_are_random_private_and_stay_the_same(make_run, clone):
    path = clone / "var" / "demo.env"
    seen = []
    for _ in range(2):
        run = make_run()
        run.wait_until_running()
        os.kill(run.run_pid, signal.SIGTERM)
        run.wait()
        seen.append(demo.read(path))
    assert seen[0] == seen[1]
    assert len(seen[0]["SECRET_KEY"]) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_operators_own_account_gets_no_demo_value(make_run, clone):
    bot_that_rejects(clone, "'DEMO' in os.environ or 'SECRET_KEY' in os.environ")
    (clone / ".env").write_text("WECHAT_APPID=wx0011223344556677\nWECHAT_API_BASE=http://127.0.0.1:9\n")
    make_run().wait_until_running()
    assert not (clone / "var" / "demo.env").exists()


def test_exported_settings_win_over_the_demo(make_run, clone):
    bot_that_rejects(clone, "os.environ['WECHAT_TOKEN'] != 'operatorsown1'")
    make_run(WECHAT_TOKEN="operatorsown1").wait_until_running()

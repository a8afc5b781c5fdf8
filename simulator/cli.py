"""The command line (命令行): serve, say, replay, ledger, push, apis."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from simulator import api, ledger, replay, server, settings
from simulator.client import BotUnreachable, Heard, Phone, PhoneProblem
from simulator.settings import BadSetting, Settings

DONE, NOT_AS_EXPECTED, CANNOT = 0, 1, 2
DEFAULT_FAN = "林晓"


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 done, 1 not as expected, 2 cannot."""
    arguments = _parser().parse_args(argv)
    try:
        chosen = settings.load(vars(arguments))
        status = arguments.run(arguments, chosen)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read along (`| head`) has gone; Python would complain once more at the end.
        sys.stderr.close()
        return CANNOT
    except (BadSetting, server.CannotStart, PhoneProblem, replay.BadRecording) as error:
        return _complain(str(error))
    except BotUnreachable as error:
        return _complain(
            f"连不上机器人 {chosen.callback}：{error}\n先启动它（make run），或者用 SIMULATOR_CALLBACK 指到你的地址。\n"
            f"Cannot reach the bot at {chosen.callback}. Start it with `make run`, or set SIMULATOR_CALLBACK."
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)

    def show_help(arguments: argparse.Namespace, chosen: Settings) -> int:
        parser.print_help()
        return DONE

    parser.set_defaults(run=show_help)
    _settings_flags(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run, what: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=what, description=what)
        made.set_defaults(run=run)
        return made

    command("serve", serve, "run the platform and the phone page")
    saying = command("say", say, "say something as a follower and print the reply")
    saying.add_argument("text")
    replaying = command("replay", run_replay, "replay a recorded chat; fails when an `expect` does")
    replaying.add_argument("file", type=Path)
    for each in (saying, replaying):
        each.add_argument("--as", dest="fan", default=DEFAULT_FAN, metavar="NAME", help=f"who (default {DEFAULT_FAN})")
        each.add_argument("--verbose", action="store_true", help="show what went over the wire")
    reading = command("ledger", show_ledger, "print the ledger as JSON lines")
    reading.add_argument("--after", type=int, default=0, metavar="N")
    pushing = command("push", push, "push an XML file as it is and print what came back")
    pushing.add_argument("file", type=Path)
    pushing.add_argument("--mode", dest="push_mode", choices=settings.MODES)
    pushing.add_argument("--retries", type=int, default=3)
    pushing.add_argument("--concurrent", action="store_true", help="all tries at once")
    command("apis", list_apis, "list the API table")
    return parser


def _settings_flags(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("settings", "each also comes from the environment; see README.md")
    for name in ("callback", "mode", "profile", "api_port", "phone_port", "directory"):
        group.add_argument(f"--{name.replace('_', '-')}", dest=name, metavar="X")


def serve(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Run until Ctrl-C or SIGTERM."""
    running = server.start(chosen)
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    print(f"手机 Phone page:   {running.world.phone_url}/")
    print(f"平台 Platform API: {running.world.api_url}  (WECHAT_API_BASE)")
    print(f"回调 Callback:     {chosen.callback}  ({chosen.mode} mode)", flush=True)
    end.wait()
    running.stop()
    return DONE


def say(arguments: argparse.Namespace, chosen: Settings) -> int:
    with _phone(chosen) as phone:
        heard = phone.act(phone.find(arguments.fan), "say", {"text": arguments.text})
        return _print_heard(heard, arguments.verbose)


def run_replay(arguments: argparse.Namespace, chosen: Settings) -> int:
    steps = replay.read(arguments.file)
    with _phone(chosen) as phone:
        failures = replay.run(phone, steps, arguments.fan, arguments.verbose)
    print(f"{len(steps)} steps, {failures} not as expected", file=sys.stderr)
    return NOT_AS_EXPECTED if failures else DONE


def show_ledger(arguments: argparse.Namespace, chosen: Settings) -> int:
    path = chosen.directory / "ledger.jsonl"
    if not path.exists():
        return _complain(f"{path} 还没有：先运行 python -m simulator serve。 No ledger yet.")
    for entry in ledger.read(path):
        if entry["n"] > arguments.after:
            print(json.dumps(entry, ensure_ascii=False))
    return DONE


def push(arguments: argparse.Namespace, chosen: Settings) -> int:
    try:
        xml = arguments.file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return _complain(f"{arguments.file}: {error}")
    wish = {"xml": xml, "wait": True, "retries": arguments.retries, "concurrent": arguments.concurrent}
    if arguments.push_mode:
        wish["mode"] = arguments.push_mode
    with _phone(chosen) as phone:
        (outcome,) = phone.post("/control/push", wish)["pushes"]
    print(json.dumps(outcome, ensure_ascii=False, indent=2))
    return NOT_AS_EXPECTED if outcome["outcome"] == "failed" else DONE


def list_apis(arguments: argparse.Namespace, chosen: Settings) -> int:
    for row in api.TABLE:
        daily = "/".join(map(str, row.daily)) if row.daily else "-"
        print(f"{row.method:4} {row.path:48} {row.right:10} {daily:17} {row.function.__name__}")
    return DONE


@contextmanager
def _phone(chosen: Settings) -> Iterator[Phone]:
    """A phone on the running simulator, or on one that lives only for this command."""
    phone = Phone(f"http://{server.HOST}:{chosen.phone_port}")
    running = None
    try:
        if not phone.is_there():
            phone.close()
            running = _own_platform(chosen)
            phone = Phone(running.world.phone_url)
        yield phone
    finally:
        phone.close()
        if running:
            running.stop()


def _own_platform(chosen: Settings) -> server.Running:
    """The usual ports, since the bot may call back; any free ones when others have them."""
    try:
        return server.start(chosen)
    except server.CannotStart:
        return server.start(replace(chosen, api_port=0, phone_port=0, directory=chosen.directory / "aside"))


def _print_heard(heard: Heard, verbose: bool) -> int:
    if verbose:
        print(json.dumps(heard.push, ensure_ascii=False, indent=2), file=sys.stderr)
    for problem in heard.problems:
        print(f"! {problem}", file=sys.stderr)
    print(heard.text or "（没有回复）")
    return NOT_AS_EXPECTED if heard.outcome == "failed" else DONE


def _complain(text: str) -> int:
    print(text, file=sys.stderr)
    return CANNOT

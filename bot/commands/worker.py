"""Work outside the request: empty this machine's spool. Sending deliveries comes with the next release."""

from __future__ import annotations

import argparse
import signal
import threading

from bot.limits import Unavailable
from bot.parts import build
from core import config, logs


def arguments(parser: argparse.ArgumentParser) -> None:
    """One round only, for cron and for tests."""
    parser.add_argument("--once", action="store_true", help="one round, then stop")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM."""
    settings = config.load()
    logs.configure(settings.log_level)
    parts = build(settings)
    if arguments.once:
        try:
            print(f"Drained: {parts.drainer.drain()}")
        except Unavailable:
            print("The database is away; everything stays in the spool.")
            return 2
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parts.drainer.start()
    stop.wait()
    parts.drainer.stop()
    return 0

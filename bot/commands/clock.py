"""Keep house: drop expired dialogues, end overdue deliveries, erase who left. As many as you like may run."""

from __future__ import annotations

import argparse
import signal
import threading

from bot.store import open_store
from core import config, logs
from core.outbox.housekeeping import EVERY_S, Housekeeping


def arguments(parser: argparse.ArgumentParser) -> None:
    """One round only, for cron and for tests."""
    parser.add_argument("--once", action="store_true", help="one round, then stop")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM."""
    settings = config.load()
    logs.configure(settings.log_level)
    store = open_store(settings)
    housekeeping = Housekeeping(store.database, store.clock)
    if arguments.once:
        print(housekeeping.once())
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        housekeeping.once()
        stop.wait(EVERY_S)
    return 0

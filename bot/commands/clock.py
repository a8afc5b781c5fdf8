"""Run every sweep: send what is due, end what is overdue, drop old dialogues, erase who left. Any number may run."""

from __future__ import annotations

import argparse

from bot.engine import Engine
from bot.store import open_store
from bot.waiting import until_told_to_stop
from core import config, logs
from core.resources import Resources


def arguments(parser: argparse.ArgumentParser) -> None:
    """One round only, for cron and for tests."""
    parser.add_argument("--once", action="store_true", help="one round, then stop")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM."""
    settings = config.load()
    logs.configure(settings.log_level)
    resources = Resources.load(settings.public_url, settings.city, settings.account_name)
    engine = Engine(open_store(settings), resources)
    try:
        if arguments.once:
            done = engine.once()
            print(done)
            return 2 if None in done.values() else 0
        engine.sweep()
        until_told_to_stop()
        return 0
    finally:
        engine.stop()

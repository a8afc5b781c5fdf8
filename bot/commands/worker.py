"""Send what is owed and empty this machine's spool, until SIGTERM. As many as you like may run, on any machine."""

from __future__ import annotations

import argparse

from bot.engine import Engine
from bot.limits import Unavailable
from bot.parts import Parts, build
from bot.waiting import until_told_to_stop
from core import config, logs

# A worker sends; the other sweeps are the clock's.
SWEEPS = ("deliveries",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """One round only, for cron and for tests."""
    parser.add_argument("--once", action="store_true", help="one round, then stop")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM."""
    settings = config.load()
    logs.configure(settings.log_level)
    parts = build(settings)
    engine = Engine(parts.store, parts.resources)
    engine.listen(parts.store.database)
    try:
        return _once(parts, engine) if arguments.once else _work(parts, engine)
    finally:
        engine.stop()


def _once(parts: Parts, engine: Engine) -> int:
    try:
        print(f"Drained: {parts.drainer.drain()}")
    except Unavailable:
        print("The database is away; everything stays in the spool.")
        return 2
    done = engine.once(SWEEPS)["deliveries"]
    print(f"Deliveries worked on: {done}" if done is not None else "Sending failed; see the log.")
    return 2 if done is None else 0


def _work(parts: Parts, engine: Engine) -> int:
    parts.drainer.start()
    engine.start(SWEEPS)
    until_told_to_stop()
    parts.drainer.stop()
    return 0

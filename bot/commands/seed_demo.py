"""Put demo events into the database; running it again changes nothing. Refused in production."""

from __future__ import annotations

import argparse

from bot.store import open_store
from core import config
from core.errors import ConfigurationError
from core.events import demo


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    """Seed, and say how many events are new."""
    settings = config.load()
    if settings.is_production:
        raise ConfigurationError(
            "seed-demo is refused where the real WeChat is spoken to (WECHAT_API_BASE): demo events are not real"
        )
    store = open_store(settings)
    with store.database.transaction() as session:
        count = demo.seed(session, store.clock.now())
    print(f"Demo events added: {count}")
    return 0

"""Put demo events and demo logins into the database; running it again changes nothing. Refused in production."""

from __future__ import annotations

import argparse

from bot.store import open_store
from core import config
from core.errors import ConfigurationError
from core.events import demo
from core.staff import demo as staff_demo
from core.staff import passwords


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    """Seed, and say what is new."""
    settings = config.load()
    if settings.is_production:
        raise ConfigurationError(
            "seed-demo is refused where the real WeChat is spoken to (WECHAT_API_BASE): demo events are not real"
        )
    store = open_store(settings)
    with store.database.transaction() as session:
        count = demo.seed(session, store.clock.now())
    print(f"Demo events added: {count}")
    if settings.demo_staff_password:
        hashed = passwords.hash_of(settings.demo_staff_password)
        phone = settings.demo_counselor_openid
        with store.database.transaction() as session:
            print(f"Demo logins added: {staff_demo.seed(session, hashed, store.clock.now(), phone)}")
    return 0

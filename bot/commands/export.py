"""Write everything that is held on one follower as JSON (个人信息副本, P9)."""

from __future__ import annotations

import argparse
import json
import sys

from bot.store import open_store
from core import config
from core.contacts import contacts
from core.privacy import export


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whose."""
    parser.add_argument("open_id", help="the follower's OpenID")


def run(arguments: argparse.Namespace) -> int:
    """Print it; exit code 1 when nobody by this id was ever met."""
    store = open_store(config.load())
    with store.database.reading(patient=True) as session:
        contact = contacts.find(session, arguments.open_id)
        if contact is None:
            print("Nothing is held on this OpenID.", file=sys.stderr)
            return 1
        print(json.dumps(export.of(session, contact), ensure_ascii=False, indent=2))
    return 0

"""Copy everything from DATABASE_URL into another, new database: from SQLite to PostgreSQL, or back.

Stop web, worker and clock first. Afterwards set DATABASE_URL to the new one; keys stay the same.
"""

from __future__ import annotations

import argparse

from core import config
from core.backups import copying
from core.backups.making import engine_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("target", help="postgresql://user@host/database (the password from PGPASSWORD), or sqlite:///…")


def run(arguments: argparse.Namespace) -> int:
    """All rows, or nothing."""
    engine_of(arguments.target)
    copied = copying.copy(config.load().database_url, arguments.target)
    for table, count in copied.items():
        print(f"{table}: {count}")
    print(f"{sum(copied.values())} rows copied. Set DATABASE_URL to the new database, then: python -m bot audit")
    return 0

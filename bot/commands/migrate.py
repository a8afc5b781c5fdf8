"""Bring the database's schema up to date."""

from __future__ import annotations

import argparse

from core import config, schema


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    """Apply what is missing; harmless when nothing is."""
    schema.upgrade(config.load().database_url)
    print("The database is up to date.")
    return 0

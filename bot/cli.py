"""The operator's commands (命令行): each is a module of bot/commands, imported when it is called."""

from __future__ import annotations

import argparse
import importlib
import sqlite3
import sys

from sqlalchemy.exc import DatabaseError, DataError, IntegrityError

from bot.commands import COMMANDS
from content.errors import ContentError
from core.errors import ConfigurationError

CANNOT_RUN = 2
# Away, without tables (each engine has its own word for it), or damaged; a row that does not fit is a fault of ours.
NO_DATABASE = (DatabaseError, sqlite3.DatabaseError)
OUR_FAULT = (DataError, IntegrityError)


def main(argv: list[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 done, 1 something was found, 2 it could not run."""
    arguments = _parse(sys.argv[1:] if argv is None else argv)
    try:
        return int(arguments.run(arguments) or 0)
    except (ConfigurationError, ContentError) as error:
        print(error, file=sys.stderr)
    except OUR_FAULT:
        raise
    except NO_DATABASE as error:
        # The driver's own message may hold the address with its password.
        print(
            f"The database cannot be read ({type(error).__name__}): it is away, has no tables yet, or is damaged. "
            "Check DATABASE_URL, then: python -m bot doctor",
            file=sys.stderr,
        )
    except BrokenPipeError:
        sys.stderr.close()
    return CANNOT_RUN


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot", description="郑青 Zhengqing: the operator's commands.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary)
        if argv and argv[0] == name:
            module = importlib.import_module(f"bot.commands.{name.replace('-', '_')}")
            command.description = module.__doc__
            module.arguments(command)
            command.set_defaults(run=module.run)
    return parser.parse_args(argv)

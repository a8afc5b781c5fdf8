"""The operator's commands (命令行): one table, one function each."""

from __future__ import annotations

import argparse
import sys

from content.errors import ContentError
from core.errors import ConfigurationError
from sqlalchemy.exc import OperationalError

from bot.commands import COMMANDS


def main(argv: list[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 done, 1 a breach was found, 2 it could not run."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments) or 0)
    except (ConfigurationError, ContentError) as error:
        print(error, file=sys.stderr)
    except OperationalError:
        # The driver's own message may hold the address with its password.
        print("The database cannot be reached or has no tables. Check DATABASE_URL, then: python -m bot migrate", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="郑青 Zhengqing: the operator's commands.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, module in COMMANDS.items():
        summary = (module.__doc__ or "").strip().splitlines()[0]
        command = commands.add_parser(name, help=summary, description=module.__doc__)
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser

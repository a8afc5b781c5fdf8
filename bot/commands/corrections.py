"""Write the corrections that two colleagues stand for as training examples, one JSON line each.

The file holds sentences of real people without their names: keep it as you keep the database, make it anew after
erasures, and delete it when the training is done. Who took it out is in the audit trail.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bot.store import open_store
from core import config
from core.corrections import corrections
from core.errors import ConfigurationError
from core.files import replace_privately
from core.staff import audit, staff


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, where to, and who asks for it."""
    actions = parser.add_subparsers(required=True, metavar="action")
    export = actions.add_parser("export", help="the approved ones, as JSON lines")
    export.add_argument("--out", required=True, type=Path, metavar="FILE", help="written in one move, mode 0600")
    export.add_argument("--by", default="", metavar="LOGIN", help="the colleague who takes it out, for the trail")


def run(arguments: argparse.Namespace) -> int:
    """Write the file; exit code 2 when it cannot be written."""
    store = open_store(config.load())
    with store.database.transaction() as session:
        colleague, now = staff.find(session, arguments.by) if arguments.by else None, store.clock.now()
        if arguments.by and colleague is None:
            raise ConfigurationError(f"Nobody has the login name {arguments.by}")
        rows = list(corrections.approved(session, now))
        # On the record before it is out (P6); undone when the file cannot be written.
        audit.record(session, colleague, "corrections.export", ("corrections", f"{len(rows)} rows"), now)
        _write(arguments.out, "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows))
    print(f"{len(rows)} written to {arguments.out}")
    return 0


def _write(path: Path, lines: str) -> None:
    try:
        replace_privately(path, lines.encode())
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None

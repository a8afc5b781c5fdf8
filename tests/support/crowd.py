"""Many processes that send at the same moment: `python -m tests.support.crowd NUMBER OPEN_ID [--no-lease]`.

They warm up, say "ready", and wait for a line on stdin: by how many seconds to move their clock. Then each sends one
message, and the last line is JSON: what came of each. Forked from one parent, since sixty-four imports take minutes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkContext
from typing import Any

from core import config, crypto, db, logs
from core.db import Database
from core.wechat import connection, tokens
from core.wechat.client import connect
from core.wechat.errors import WeChatError

TOGETHER_S = 120


class Crowd:
    """What the members share: settings, a clock that can be moved, and two moments to wait for."""

    def __init__(self, context: ForkContext, number: int, open_id: str) -> None:
        self.settings = config.load()
        crypto.install(crypto.Keyring.parse(self.settings.data_keys, self.settings.lookup_key))
        self.open_id = open_id
        self.ahead_s = context.Value("d", 0.0)
        self.warm, self.go = context.Barrier(number + 1), context.Barrier(number + 1)
        self.outcomes = context.Queue()

    def now(self) -> datetime:
        """The clock of all members."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s.value)


def member(crowd: Crowd) -> None:
    """One process: get to know the token, wait, send."""
    database = Database(crowd.settings.database_url, connections=1)
    wechat = connect(crowd.settings, database, crowd)
    wechat.callback_ips()
    crowd.warm.wait(TOGETHER_S)
    crowd.go.wait(TOGETHER_S)
    try:
        wechat.send_text(crowd.open_id, "你好")
        crowd.outcomes.put("sent")
    except WeChatError as error:
        crowd.outcomes.put(f"{type(error).__name__}: {error}")
    wechat.close()
    database.close()


def be_patient() -> None:
    """A loaded test machine is neither a WeChat nor a database that hangs."""
    db.POSTGRES_OPTIONS = ""
    db.POSTGRES_PATIENCE = {"connect_timeout": TOGETHER_S}
    connection.CONNECT_S = connection.READ_S = float(TOGETHER_S)
    tokens.LEASE, tokens.PATIENCE_S = timedelta(seconds=TOGETHER_S), float(TOGETHER_S)


def without_lease() -> None:
    """The negative control: everybody believes to be the one who refreshes (R14)."""
    unguarded: Any = lambda *_: True  # noqa: E731
    tokens.Tokens._take = unguarded  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("number", type=int)
    parser.add_argument("open_id")
    parser.add_argument("--no-lease", action="store_true")
    wanted = parser.parse_args()
    logs.configure("ERROR")
    be_patient()
    if wanted.no_lease:
        without_lease()
    context = multiprocessing.get_context("fork")
    crowd = Crowd(context, wanted.number, wanted.open_id)
    members = [context.Process(target=member, args=(crowd,), daemon=True) for _ in range(wanted.number)]
    for each in members:
        each.start()
    crowd.warm.wait(TOGETHER_S)
    print("ready", flush=True)
    crowd.ahead_s.value = float(sys.stdin.readline())
    crowd.go.wait(TOGETHER_S)
    print(json.dumps([crowd.outcomes.get(timeout=TOGETHER_S) for _ in members]), flush=True)
    for each in members:
        each.join(TOGETHER_S)


if __name__ == "__main__":
    main()

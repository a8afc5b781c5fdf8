"""`python -m bench NAME …`: one measurement, printed as JSON."""

from __future__ import annotations

import importlib
import sys

BENCHES = {
    "understanding": "recall, false alarms and speed of crisis screening and intents, on labelled messages",
    "pipeline": "callbacks a second of the whole account against a bare Flask + wechatpy echo, every reply checked",
    "chaos": "kill -9 of everything on two machines under load, then an audit: lost, doubled, late",
    "fuzz_envelope": "hostile pushes against the envelope: uncaught errors, time, memory",
}


def main(argv: list[str]) -> int:
    """Run one; without a name, list them."""
    if not argv or argv[0] not in BENCHES:
        for name, summary in BENCHES.items():
            print(f"python -m bench {name:<14} {summary}")
        return 0 if not argv else 2
    return int(importlib.import_module(f"bench.{argv[0]}").main(argv[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The environment of a product process that a test starts."""

import os
from pathlib import Path

from bench.servers.ports import free_port
from scripts import demo
from scripts.run import PORTS

ROOT = Path(__file__).resolve().parents[2]
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")


def product_environment(folder: Path, **changes: str) -> dict[str, str]:
    """Whole and valid settings with fresh secrets and free ports; everything is written below the folder."""
    places = demo.addresses(folder, {name: free_port() for name in PORTS})
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    fixed = {"PYTHONUTF8": "1", "NO_PROXY": "127.0.0.1,localhost"}
    return {**inherited, **places, **demo.fresh_secrets(), **fixed, **changes}

"""The API table (接口表): every path the platform port answers, one file per group."""

from simulator.api import basics
from simulator.api.base import Api

GROUPS = (basics,)

TABLE: tuple[Api, ...] = tuple(row for group in GROUPS for row in group.ROWS)
BY_PATH: dict[str, Api] = {row.path: row for row in TABLE}

if len(BY_PATH) != len(TABLE):
    raise RuntimeError("two rows of the API table have the same path")

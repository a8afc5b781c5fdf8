"""The API table (接口表): every path the platform port answers, one file per group."""

from simulator.api import (
    basics,
    custom,
    draft,
    files,
    mass,
    menu,
    mini_checks,
    mini_codes,
    mini_login,
    oauth,
    publish,
    qrcode,
    subscribe,
    tags,
    template,
    users,
)
from simulator.api.base import Api

GROUPS = (
    basics, custom, users, tags, template, subscribe, menu, draft, publish, mass, files, qrcode, oauth,
    mini_login, mini_checks, mini_codes,
)  # fmt: skip

TABLE: tuple[Api, ...] = tuple(row for group in GROUPS for row in group.ROWS)
BY_PATH: dict[str, Api] = {row.path: row for row in TABLE}

if len(BY_PATH) != len(TABLE):
    raise RuntimeError("two rows of the API table have the same path")

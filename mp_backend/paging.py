"""Lists in pages (翻页): `items`, and `next` to ask for what follows; nothing is skipped when rows come or go."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel, Field

from mp_backend.errors import Problem

T = TypeVar("T")
Key = tuple[str | int, ...]
LONGEST_CURSOR = 200


class PageQuery(BaseModel):
    """What every list takes."""

    limit: int = Field(20, ge=1, le=50, description="一页最多几条", examples=[20])
    cursor: str | None = Field(
        None,
        max_length=LONGEST_CURSOR,
        pattern="^[A-Za-z0-9_-]+$",
        description="上一页的 next；第一页不写",
        json_schema_extra={"example": None},
    )


def cut(rows: Sequence[T], key: Callable[[T], Key], query: PageQuery) -> tuple[list[T], str | None]:
    """One page of rows that stand in the order of their keys, and the cursor of the page behind it."""
    after = _read(query.cursor) if query.cursor else None
    try:
        rest = [row for row in rows if after is None or key(row) > after]
    except TypeError:
        raise Problem("bad_cursor") from None
    page = rest[: query.limit]
    return page, _write(key(page[-1])) if len(rest) > len(page) else None


def numbered(rows: Sequence[T]) -> list[tuple[int, T]]:
    """Rows that change with a release only: their place is their key."""
    return list(enumerate(rows))


def place(row: tuple[int, object]) -> Key:
    """The key of a numbered row."""
    return (row[0],)


def _write(key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str) -> Key:
    try:
        value = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise Problem("bad_cursor") from None
    if not isinstance(value, list) or not all(isinstance(part, str | int) for part in value):
        raise Problem("bad_cursor")
    return tuple(value)

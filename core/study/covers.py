"""Cover pictures (封面) of columns and articles."""

from __future__ import annotations

from functools import cache

from content.library import COVERS_DIR


@cache
def available() -> frozenset[str]:
    """The names of the pictures that are there; looked up once."""
    return frozenset(path.name for path in COVERS_DIR.glob("*") if path.is_file())


def path(name: str) -> str:
    """Where a cover is served below our pages, or "" when there is none."""
    return f"covers/{name}" if name in available() else ""

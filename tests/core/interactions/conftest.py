"""A session on each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from core.db import Database


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    database = Database(database_url, connections=2)
    with database.transaction() as session:
        yield session
        session.rollback()
    database.close()

"""The one reader of the one error shape."""

from __future__ import annotations

from typing import Any

from mp_backend.errors import KINDS, MEDIA_TYPE, ProblemAnswer


def assert_error(response: Any, status: int, code: str) -> ProblemAnswer:
    """The answer is this problem, whole, and gives nothing of the inside away."""
    assert (response.status_code, response.mimetype) == (status, MEDIA_TYPE), response.text
    told = ProblemAnswer.model_validate_json(response.get_data(as_text=True))
    assert (told.code, told.status, told.title) == (code, status, KINDS[code].title)
    assert told.type == f"urn:zhengqing:problem:{code}"
    assert told.detail
    assert response.headers["Cache-Control"] == "no-store"
    assert not any(word in response.text for word in ("Traceback", "sqlalchemy", "psycopg", 'File "'))
    return told

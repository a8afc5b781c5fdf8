"""Whatever the description allows, and much that it forbids, is sent: no server error, nothing undescribed (R6)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from mp_backend import openapi
from mp_backend.backend import Backend
from tests.mp_backend.api.conftest import app_for

EXAMPLES = 20
bounded = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


schema = schemathesis.openapi.from_dict(deepcopy(openapi.document()))


@pytest.fixture
def app_without_database(away: Backend) -> Flask:
    return app_for(away)


@schema.parametrize()
@bounded
def test_the_api_is_what_it_says(case: Any, app: Flask) -> None:
    # A cursor is ours to make: one that fits its pattern need not be one.
    excluded = [positive_data_acceptance] if "cursor" in (case.query or {}) else []
    case.call_and_validate(app=app, excluded_checks=excluded)


@schema.parametrize()
@bounded
def test_without_its_database_it_fails_as_it_says(case: Any, app_without_database: Flask) -> None:
    response = case.call(app=app_without_database)
    assert response.status_code != 500
    if response.status_code == 503:
        assert response.json()["code"] == "database_away"

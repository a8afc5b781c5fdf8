"""The description: current, whole, and true of what is served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from mp_backend import openapi
from mp_backend.errors import KINDS
from mp_backend.openapi import OPERATIONS
from mp_backend.operations import Operation

ROOT = Path(__file__).resolve().parents[3]
by_name = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def test_the_file_is_what_the_code_makes() -> None:
    """If not: python -m mp_backend.openapi > docs/openapi.json"""
    assert (ROOT / "docs/openapi.json").read_text("utf-8") == openapi.as_text()


def test_it_is_served_as_it_is(client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").json == json.loads(openapi.as_text())


def test_names_and_addresses_are_given_once() -> None:
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS)
    assert len({(operation.method, operation.path) for operation in OPERATIONS}) == len(OPERATIONS)


@by_name
def test_every_operation_says_what_it_is_for(operation: Operation) -> None:
    told = openapi.document()["paths"][operation.path][operation.method.lower()]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told["summary"])
    assert told["tags"]
    assert {"400", "500"} <= set(told["responses"])
    assert all("example" in one for one in told["parameters"] if one["in"] == "path")


@by_name
def test_its_examples_are_what_it_takes_and_gives(operation: Operation) -> None:
    if operation.answer is not None:
        operation.answer.model_validate(operation.example)
        assert set(operation.example or ()) == set(operation.answer.model_fields)
    if operation.body is not None:
        operation.body.model_validate(operation.body_example)
    assert set(operation.problems) <= set(KINDS)


@by_name
def test_what_needs_a_login_says_so_and_nothing_else_does(operation: Operation) -> None:
    told: dict[str, Any] = openapi.document()["paths"][operation.path][operation.method.lower()]
    assert ("security" in told) is operation.logged_in is (operation.name in {"log_out", "show_me"})


def test_the_document_for_people_names_every_operation_and_every_problem() -> None:
    told = (ROOT / "docs/api.md").read_text("utf-8")
    for operation in OPERATIONS:
        assert f"`{operation.method} {operation.path}`" in told
    for code in KINDS:
        assert f"`{code}`" in told

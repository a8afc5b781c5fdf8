"""The API in OpenAPI 3.1, made from the operations themselves: python -m mp_backend.openapi > docs/openapi.json"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from mp_backend import auth, columns, events, helplines, venues
from mp_backend.errors import KINDS, MEDIA_TYPE, ProblemAnswer
from mp_backend.operations import Operation
from mp_backend.reading import JSON_TYPE

OPERATIONS: tuple[Operation, ...] = (
    *helplines.OPERATIONS,
    *auth.OPERATIONS,
    *columns.OPERATIONS,
    *events.OPERATIONS,
    *venues.OPERATIONS,
)
PREFIX = "/api/v1"
_REF = "#/components/schemas/{model}"
_PATH_PART = re.compile(r"{(\w+)}")
DESCRIPTION = (
    "小程序用的接口。出错时总是 application/problem+json：给程序看 code，给人看 detail。"
    "列表总是 items 和 next：next 不是 null，就把它放进 cursor 再取下一页。时间都是 UTC。"
)

# (model, mode) → its schema
Schemas = Mapping[Any, dict[str, Any]]


@cache
def document() -> dict[str, Any]:
    """The whole description; it depends on code alone."""
    schemas, definitions = models_json_schema(list(_models()), ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "郑青小程序接口", "version": "1.0.0", "description": DESCRIPTION},
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(definitions["$defs"].items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


@cache
def as_text() -> str:
    """The file's content."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def _models() -> Iterator[tuple[type[BaseModel], JsonSchemaMode]]:
    yield ProblemAnswer, "serialization"
    for operation in OPERATIONS:
        if operation.answer:
            yield operation.answer, "serialization"
        if operation.body:
            yield operation.body, "validation"


def _described(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation, schemas),
    }
    if operation.body:
        schema = schemas[operation.body, "validation"]
        content = {JSON_TYPE: {"schema": schema, "example": operation.body_example}}
        told["requestBody"] = {"required": True, "content": content}
    if operation.logged_in:
        told["security"] = [{"token": []}]
    return told


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        | {"example": operation.path_examples[name]}
        for name in _PATH_PART.findall(operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=_REF)
    return [
        {"name": name, "in": "query", "required": False, "schema": _plain(one)}
        | ({"description": one["description"]} if "description" in one else {})
        for name, one in schema["properties"].items()
    ]


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    # In a query nothing can be null: what is not wanted is not written.
    choices = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    hidden = ("title", "description", "anyOf", "default")
    outer = {name: value for name, value in schema.items() if name not in hidden and value is not None}
    default = {"default": schema["default"]} if schema.get("default") is not None else {}
    return {**outer, **choices[0], **default} if "anyOf" in schema else {**outer, **default}


def _responses(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in operation.all_problems:
        by_status.setdefault(KINDS[code].status, []).append(code)
    problems = {str(status): _problem(codes, schemas) for status, codes in sorted(by_status.items())}
    return {**_success(operation, schemas), **problems}


def _success(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    if operation.answer is None:
        return {"204": {"description": "做好了，没有内容"}}
    content = {JSON_TYPE: {"schema": schemas[operation.answer, "serialization"], "example": operation.example}}
    return {"200": {"description": "成功", "content": content}}


def _problem(codes: list[str], schemas: Schemas) -> dict[str, Any]:
    told = "；".join(f"{code}：{KINDS[code].title}" for code in codes)
    schema = schemas[ProblemAnswer, "serialization"]
    return {"description": told, "content": {MEDIA_TYPE: {"schema": schema, "example": _example(codes[0])}}}


def _example(code: str) -> dict[str, Any]:
    kind = KINDS[code]
    return {
        "type": f"urn:zhengqing:problem:{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": f"{kind.title}。",
        "code": code,
        "request_id": "6f1c2d3e4a5b6c7d",
    }


if __name__ == "__main__":
    print(as_text(), end="")

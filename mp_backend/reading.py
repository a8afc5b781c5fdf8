"""Read what a client sent: addresses, query and JSON body, each refused with a reason (reliability 3)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from flask import Request
from pydantic import BaseModel, ValidationError

from mp_backend.errors import FieldFault, Problem

DEEPEST = 16
LONGEST_NUMBER = 18
JSON_TYPE = "application/json"
FAULTS = {
    "missing": "没有填",
    "extra_forbidden": "没有这一项",
    "string_type": "要写成文字",
    "string_too_short": "太短了",
    "string_too_long": "太长了",
    "string_pattern_mismatch": "写法不对",
    "int_parsing": "要写整数",
    "int_type": "要写整数",
    "greater_than_equal": "太小了",
    "less_than_equal": "太大了",
    "enum": "不在可选的范围里",
    "literal_error": "不在可选的范围里",
    "bool_parsing": "要写 true 或 false",
    "model_attributes_type": "要写成 {…} 这样的对象",
    "model_type": "要写成 {…} 这样的对象",
}


def accepts_json(request: Request) -> bool:
    """Whether the client can read what we write; a client that says nothing can."""
    return not request.accept_mimetypes or bool(request.accept_mimetypes[JSON_TYPE])


def query_of(request: Request, model: type[BaseModel]) -> BaseModel:
    """The query as the operation wants it. What it does not know is passed over: others append to addresses."""
    known = {name: request.args.getlist(name) for name in model.model_fields if name in request.args}
    twice = [name for name, values in known.items() if len(values) > 1]
    if twice:
        raise Problem("invalid_input", [FieldFault(name=name, detail="写了不止一次") for name in twice])
    return _checked(model, {name: values[0] for name, values in known.items()})


def body_of(request: Request, model: type[BaseModel]) -> BaseModel:
    """The JSON body as the operation wants it. Raises Problem."""
    if request.mimetype != JSON_TYPE:
        raise Problem("wrong_content_type")
    return _checked(model, parse_json(request.get_data(cache=False)))


def parse_json(body: bytes) -> Any:
    """JSON without traps: no depth, no duplicate keys, no endless numbers, no NaN. Raises Problem."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_int=_short_int,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError):
        raise Problem("bad_json") from None
    if _is_deeper(value, DEEPEST):
        raise Problem("bad_json")
    return value


def _checked(model: type[BaseModel], values: object) -> BaseModel:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Problem("invalid_input", [_fault(one) for one in error.errors(include_url=False)]) from None


def _fault(error: Mapping[str, Any]) -> FieldFault:
    name = ".".join(str(part) for part in error["loc"])[:100]
    return FieldFault(name=name, detail=FAULTS.get(error["type"], "写法不对"))


def _is_deeper(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels + 1):
        layer = [inner for one in layer for inner in _inside(one)]
        if not layer:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key stands there twice")
    return dict(pairs)


def _short_int(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number without end")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if len(digits) > 2 * LONGEST_NUMBER or number in (float("inf"), float("-inf")):
        raise ValueError("a number without end")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")

"""Typed values of template and subscription messages (模板字段): what fits, and how a message reads."""

import re

from simulator.errors import ApiError

_DATE = r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{4}\.\d{1,2}\.\d{1,2})"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
_MOMENT = rf"({_DATE}( ?{_CLOCK})?|{_CLOCK})"
_RULES = {
    "thing": r"(?s).{1,20}",
    "number": r"(?=.{1,32}$)-?\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": rf"{_MOMENT}(~{_MOMENT})?",
    "date": rf"{_DATE}( ?{_CLOCK})?(~{_DATE}( ?{_CLOCK})?)?",
    "amount": r"[¥￥$€]?\d{1,10}(\.\d{1,2})?元?",
    "phone_number": r"[\d+\-*]{1,17}",
    "car_number": r".{1,8}",
    "name": r"([\u4e00-\u9fff·]{1,10}|[A-Za-z .]{1,20})",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
}
_FIELD = re.compile(r"\{\{(\w+)\.DATA\}\}")


def check(content: str, data: dict, empty_allowed: bool = False) -> None:
    """Every field of the template has a value that keeps to its type, else 47003 naming the field."""
    for name in _FIELD.findall(content):
        text = _value(data.get(name))
        if (not text and not empty_allowed) or not _fits(name, text):
            raise ApiError(47003, f"argument invalid! data.{name}.value invalid")


def filled(content: str, data: dict) -> str:
    """The message as a fan reads it."""
    return _FIELD.sub(lambda found: _value(data.get(found[1])), content)


def _value(field: object) -> str:
    """The text of `{"value": …}`; anything else counts as empty."""
    value = field.get("value") if isinstance(field, dict) else None
    return str(value) if isinstance(value, str | int | float) else ""


def _fits(name: str, text: str) -> bool:
    rule = _RULES.get(name.rstrip("0123456789"))
    return rule is None or not text or re.fullmatch(rule, text) is not None

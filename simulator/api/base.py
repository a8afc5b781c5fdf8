"""What every API file shares: a row of the table, and one call as its function sees it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.errors import ApiError
from simulator.ledger import is_utf8
from simulator.state import Fan, State

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

    from simulator.world import World

OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}


@dataclass(frozen=True)
class Raw:
    """An answer that is not JSON: a picture, a media file, a page."""

    content: bytes
    content_type: str
    status: int = 200


@dataclass(frozen=True)
class App:
    """The official account, or the mini-program."""

    app_id: str
    secret: str
    is_mini: bool


@dataclass(frozen=True)
class Call:
    """One request that passed the checks of the table."""

    world: World
    path: str
    args: Mapping[str, str]
    raw: bytes
    files: Mapping[str, FileStorage]
    form: Mapping[str, str]
    app: App | None
    remote: str

    @property
    def state(self) -> State:
        return self.world.state

    @property
    def now(self) -> float:
        return self.world.clock.now()

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object that came."""
        if not self.raw:
            raise ApiError(44002)
        try:
            found = json.loads(self.raw.decode())
        except ValueError:
            raise ApiError(47001) from None
        if not isinstance(found, dict) or not is_utf8(found):
            raise ApiError(47001)
        return found

    def text(self, name: str, errcode: int = 40035, of: Mapping | None = None, optional: bool = False) -> str:
        """A text field of the body (or of `of`)."""
        value = (self.body if of is None else of).get(name)
        if value is None and optional:
            return ""
        if not isinstance(value, str) or not (value or optional):
            raise ApiError(errcode, f"invalid args! {name}" if errcode == 40035 else "")
        return value

    def whole(self, name: str, default: int | None = None, of: Mapping | None = None, errcode: int = 40035) -> int:
        """A whole number; WeChat takes it as digits in quotes too."""
        value = (self.body if of is None else of).get(name, default)
        if isinstance(value, str) and value.lstrip("-").isdigit():
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ApiError(errcode, f"invalid args! {name}" if errcode == 40035 else "")
        return value

    def part(self, name: str, errcode: int = 40035) -> dict[str, Any]:
        """An object inside the body."""
        value = self.body.get(name)
        if not isinstance(value, dict):
            raise ApiError(errcode, f"invalid args! {name}" if errcode == 40035 else "")
        return value

    def listed(self, name: str, most: int, of: Mapping | None = None, errcode: int = 40035) -> list[Any]:
        """A list of one to `most` things."""
        value = (self.body if of is None else of).get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise ApiError(errcode)
        return value

    def objects(self, name: str, most: int, of: Mapping | None = None, errcode: int = 40035) -> list[dict[str, Any]]:
        """A list of one to `most` objects."""
        found = self.listed(name, most, of, errcode)
        if not all(isinstance(each, dict) for each in found):
            raise ApiError(47001)
        return found

    def fan(self, open_id: object) -> Fan:
        """The person behind an openid of the calling app."""
        fan = self.world.fan(open_id) if isinstance(open_id, str) else None
        if fan is None or (self.app and open_id != (fan.mp_open_id if self.app.is_mini else fan.open_id)):
            raise ApiError(40003)
        return fan


Function = Callable[[Call], dict[str, Any] | Raw]


@dataclass(frozen=True)
class Api:
    """A row of the table: path, method, right, function, and how often a day (new account, test account)."""

    path: str
    method: str
    right: str
    function: Function
    daily: tuple[int, int] | None = None
    minute: int | None = None
    needs_token: bool = True
    # Refuses \uXXXX in its texts with 40033.
    raw_text: bool = False

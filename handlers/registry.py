"""Which handler answers a message, and why: routers, start-up checks, and all routes of the house in one table."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from content.rules import Rules
from core.errors import ConfigurationError
from core.messages import Body, InboundMessage, Reply
from handlers.context import Context


class Pass:
    """A handler's word for “not for me after all”: the next stage is asked."""


PASS = Pass()


@dataclass(frozen=True)
class Goto:
    """A handler's word for “another feature's job”: the action of this key answers (`events.list`, `event:12`).

    With `words` it answers those, as if they had been said just now.
    """

    action: str
    words: str = ""


Handler = Callable[[InboundMessage, Context], Reply | Pass | Goto]
H = TypeVar("H", bound=Handler)

# One module per feature; a new feature is a new file and a line here.
HANDLER_MODULES = (
    "handlers.crisis",
    "handlers.referrals",
    "handlers.human",
    "handlers.study",
    "handlers.events",
    "handlers.my_signups",
    "handlers.venues",
    "handlers.aid",
    "handlers.privacy",
    "handlers.subscribe",
    "handlers.receipts",
    "handlers.staff",
    "handlers.menu",
    "handlers.talk",
    "handlers.asking_back",
    "handlers.media",
    "handlers.fallback",
)
# What the stages themselves call by name; a missing one is a start-up error.
REQUIRED_ACTIONS = (
    "crisis.answer",
    "crisis.support",
    "menu.cancel",
    "menu.help",
    "study.search",
    "ask_back",
    "ask_back.tapped",
    "fallback",
    "push.ignore",
)


@dataclass(frozen=True)
class Route:
    """A handler under its name; `opens_with` is the key of the text it first answers with."""

    name: str
    handle: Handler
    opens_with: str
    free_text: bool = False


class Router:
    """The routes of one feature."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.actions: dict[str, Route] = {}
        self.steps: dict[str, Route] = {}
        self.bodies: dict[type[Body], Route] = {}

    def action(self, name: str, opens_with: str = "") -> Callable[[H], H]:
        """What words, a menu key or a QR scene of this name ask for."""
        return lambda handle: _add(self.actions, name, handle, Route(name, handle, opens_with or name))

    def step(self, name: str, free_text: bool = False) -> Callable[[H], H]:
        """What takes the answer when the dialogue expects `name`; `free_text` takes even words that are a keyword."""
        return lambda handle: _add(self.steps, name, handle, Route(f"step:{name}", handle, name, free_text))

    def on(self, body: type[Body], opens_with: str = "none") -> Callable[[H], H]:
        """What takes pushes of this type."""
        return lambda handle: _add(self.bodies, body, handle, Route(f"push:{body.kind}", handle, opens_with))


def _add(table: dict[Any, Route], key: Any, handle: H, route: Route) -> H:
    if key in table:
        raise ConfigurationError(f"{route.name!r} is registered twice in {route.handle.__module__}; remove one")
    table[key] = route
    return handle


class Registry:
    """All routes of the house, checked against each other and against the keyword rules."""

    def __init__(self, routers: Mapping[str, Router], rules: Rules) -> None:
        self.actions: dict[str, Route] = {}
        self.steps: dict[str, Route] = {}
        self.bodies: dict[type[Body], Route] = {}
        for module, router in routers.items():
            _merge(self.actions, router.actions, module)
            _merge(self.steps, router.steps, module)
            _merge(self.bodies, router.bodies, module)
        self._check(rules)

    def action(self, key: str) -> tuple[Route, str] | None:
        """The route of a menu key or scene such as `study.list` or `event:12`, and its argument."""
        name, _, argument = key.partition(":")
        route = self.actions.get(name)
        return (route, argument) if route else None

    def _check(self, rules: Rules) -> None:
        for name in REQUIRED_ACTIONS:
            if name not in self.actions:
                raise ConfigurationError(f"no handler offers {name!r}, which the routing needs")
        for rule in rules:
            if rule.action not in self.actions:
                raise ConfigurationError(
                    f"rule {rule.name} asks for {rule.action!r}, which no handler offers; "
                    f"use one of: {', '.join(sorted(self.actions))}"
                )


def _merge(table: dict[Any, Route], more: Mapping[Any, Route], module: str) -> None:
    for key, route in more.items():
        if key in table:
            other = table[key].handle.__module__
            raise ConfigurationError(f"{route.name!r} is claimed by {other} and {module}; remove one")
        table[key] = route


def load(rules: Rules) -> Registry:
    """Import every handler module and check the whole. Raises ConfigurationError that names both claimants."""
    return Registry({module: importlib.import_module(module).router for module in HANDLER_MODULES}, rules)

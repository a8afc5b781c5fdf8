"""One-time codes (一次性 code): of web OAuth, wx.login and the phone button; five minutes, used once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from simulator.errors import ApiError
from simulator.state import Grant

if TYPE_CHECKING:
    from simulator.world import World

CODE_S = 300


def give(world: World, kind: str, open_id: str, seconds: float = CODE_S, scope: str = "") -> Grant:
    with world.lock:
        made = Grant(secrets.token_urlsafe(24), kind, open_id, world.clock.now() + seconds, scope=scope)
        world.state.grants[made.code] = made
    return made


def take_code(world: World, kind: str, code: str) -> Grant:
    """The grant behind a code, which is used up by this."""
    grant = world.state.grants.get(code)
    if grant is None or grant.kind != kind or world.clock.now() >= grant.until:
        raise ApiError(40029)
    if grant.used:
        raise ApiError(40163)
    grant.used = True
    return grant

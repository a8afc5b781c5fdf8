"""Events the platform sends of itself (平台事件): job results, consents, privacy; no bubble, no window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import messages
from simulator.sealing import Letter
from simulator.state import Push

if TYPE_CHECKING:
    from simulator.world import World


def tell_bot(world: World, open_id: str, name: str, fields: dict) -> Push:
    """Push one event that nobody waits for an answer to."""
    values = messages.event(world.gh_id, open_id, int(world.clock.now()), name, fields)
    letter = Letter(messages.render(values), open_id, f"event:{name}", str(values["FromUserName"]), answerable=False)
    return world.pusher.send(letter)

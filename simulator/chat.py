"""Chats: what stands on the phone of each follower."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from simulator.state import Bubble

if TYPE_CHECKING:
    from simulator.world import World

KEPT_PER_CHAT = 1000
BROKEN_NOTICE = "该公众号提供的服务出现故障，请稍后再试"


def add(world: World, open_id: str, side: str, kind: str, **content) -> Bubble:
    """Put a bubble into a chat and tell the phone page."""
    with world.lock:
        world.state.seq += 1
        bubble = Bubble(secrets.token_hex(8), world.state.seq, side, kind, world.clock.iso(), **content)
        chat = world.state.chats.setdefault(open_id, [])
        chat.append(bubble)
        del chat[:-KEPT_PER_CHAT]
        if side == "account" and open_id in world.state.fans:
            world.state.fans[open_id].unread += 1
    _tell(world, open_id, bubble)
    return bubble


def change(world: World, open_id: str, bubble_id: str | None, **content) -> None:
    """Change a bubble; it comes to the page again under a higher seq."""
    with world.lock:
        chat = world.state.chats.get(open_id, [])
        bubble = next((each for each in chat if each.id == bubble_id), None)
        if bubble is None:
            return
        world.state.seq += 1
        bubble.seq = world.state.seq
        for name, value in content.items():
            setattr(bubble, name, value)
    _tell(world, open_id, bubble)


def after(world: World, open_id: str, seq: int) -> list[Bubble]:
    with world.lock:
        return [each for each in world.state.chats.get(open_id, []) if each.seq > seq]


def _tell(world: World, open_id: str, bubble: Bubble) -> None:
    world.hub.tell({"type": "bubble", "open_id": open_id, "bubble": vars(bubble).copy()})

"""The menu as a phone sees it (自定义菜单): conditional match, and the five minutes before it is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.state import Fan

if TYPE_CHECKING:
    from simulator.world import World

READ_AGAIN_S = 300


def matching(world: World, fan: Fan) -> dict | None:
    """The menu meant for this follower: the newest conditional one that fits, else the default."""
    if world.state.menu is None:
        return None
    for menu in reversed(world.state.conditional_menus):
        if _fits(menu["matchrule"], fan):
            return menu
    return world.state.menu


def on_phone(world: World, fan: Fan) -> dict | None:
    """What the phone shows now; it reads again only when the last read is more than five minutes old."""
    with world.lock:
        seen = world.state.seen_menus.get(fan.open_id)
        if seen and seen["menu"] and 0 <= world.clock.now() - seen["read_at"] <= READ_AGAIN_S:
            return seen["menu"]
        menu = matching(world, fan)
        world.state.seen_menus[fan.open_id] = {"read_at": world.clock.now(), "menu": menu}
        return menu


def buttons(menu: dict | None) -> list[dict]:
    """All buttons that can be tapped, with those of sub-menus."""
    top = menu["button"] if menu else []
    return [button for each in top for button in (each.get("sub_button") or [each])]


def find(menu: dict | None, key: str | None, url: str | None) -> dict | None:
    wanted = [("key", key), ("url", url)]
    return next(
        (each for each in buttons(menu) for name, value in wanted if value and each.get(name) == value), None
    )  # fmt: skip


def _fits(rule: dict, fan: Fan) -> bool:
    # With several tags the one put on last counts.
    tag = str(fan.tags[-1]) if fan.tags else ""
    return not rule.get("tag_id") or str(rule["tag_id"]) == tag

"""Customer-service windows (客服消息下发条数): who may be written to, how often, until when."""

from simulator.errors import ApiError
from simulator.state import Window

# trigger → (messages, seconds); rules of 2023-06-12
RULES = {
    "message": (5, 48 * 3600),
    "click": (3, 60),
    "subscribe": (3, 60),
    "scan": (3, 60),
    "scancode": (3, 60),
    "msgmenu": (3, 60),
    "mp_message": (5, 48 * 3600),
    "mp_enter": (2, 60),
}


def open_window(windows: dict[str, list[Window]], open_id: str, trigger: str, now: float) -> None:
    """A fresh trigger starts its window anew."""
    left, seconds = RULES[trigger]
    others = [each for each in windows.get(open_id, []) if each.trigger != trigger and each.until > now]
    windows[open_id] = [*others, Window(trigger, left, now + seconds)]


def spend(windows: dict[str, list[Window]], open_id: str, now: float) -> None:
    """Use one message. Allowances do not add up, so it counts against every window that is open."""
    live = [each for each in windows.get(open_id, []) if each.until > now]
    if not live:
        raise ApiError(45015)
    if all(each.left == 0 for each in live):
        raise ApiError(45047)
    for each in live:
        each.left = max(0, each.left - 1)


def close_all(windows: dict[str, list[Window]], open_id: str) -> None:
    windows.pop(open_id, None)

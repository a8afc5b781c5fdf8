"""Free-form pushes (自由推送): any XML or fields, in any mode, retried, all at once or out of order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator import messages, sealing
from simulator.actions import NotPossible
from simulator.phone_api import describe_push
from simulator.sealing import Letter, Options
from simulator.settings import MODES
from simulator.state import Push
from simulator.xml import Bare

if TYPE_CHECKING:
    from simulator.world import World


def send(world: World, body: dict) -> dict:
    """Deliver one push, or the list `pushes`, in random order on `shuffle`; `wait` gives the outcomes."""
    wanted = body.get("pushes") or [body]
    ready = [_prepared(world, {**body, **each}) for each in wanted]
    started = world.pusher.send_shuffled(ready) if body.get("shuffle") else [start() for start in ready]
    if not body.get("wait"):
        return {"push_ids": [push.id for push in started]}
    world.pusher.drain()
    return {"push_ids": [push.id for push in started], "pushes": [describe_push(world, each) for each in started]}


def _prepared(world: World, wish: dict) -> Callable[[], Push]:
    open_id = wish.get("open_id") or next(iter(world.state.fans))
    options = _options(wish)
    if wish.get("xml"):
        xml, kind = str(wish["xml"]), str(wish.get("kind") or "raw")
    else:
        xml, kind = _from_fields(world, open_id, wish.get("fields"))
    letter = Letter(xml, open_id, kind, str(wish.get("sender") or ""), bool(wish.get("answerable", True)))
    return lambda: world.pusher.send(letter, options)


def _from_fields(world: World, open_id: str, fields: object) -> tuple[str, str]:
    if not isinstance(fields, dict) or "MsgType" not in fields:
        raise NotPossible("bad_field", "给出 xml，或者带 MsgType 的 fields", 400)
    own = {name: _plain(value) for name, value in fields.items() if name not in ("MsgType", "Event")}
    now, gh_id = int(world.clock.now()), world.gh_id
    if fields["MsgType"] == "event":
        name = str(fields.get("Event", ""))
        return messages.render(messages.event(gh_id, open_id, now, name, own)), f"event:{name}"
    msg_id = sealing.new_msg_id(world.clock.wall())
    return messages.render(messages.message(gh_id, open_id, now, fields["MsgType"], own, msg_id)), fields["MsgType"]


def _plain(value: object) -> object:
    """`{"bare": " "}` in JSON stands for an element without CDATA."""
    return Bare(value["bare"]) if isinstance(value, dict) and set(value) == {"bare"} else value


def _options(wish: dict) -> Options:
    retries = wish.get("retries", sealing.RETRIES)
    if not isinstance(retries, int) or not 0 <= retries <= 10:
        raise NotPossible("bad_field", "retries 要是 0 到 10", 400)
    if wish.get("mode") not in (None, *MODES):
        raise NotPossible("bad_field", f"mode 可选：{'、'.join(MODES)}", 400)
    return Options(
        mode=wish.get("mode"), retries=retries, concurrent=bool(wish.get("concurrent")),
        previous_key=wish.get("key") == "previous", openid_in_query=bool(wish.get("openid_in_query", True)),
        timestamp=wish.get("timestamp"), nonce=wish.get("nonce"),
    )  # fmt: skip

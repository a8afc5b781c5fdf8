"""What a person does on the phone (手机上的动作): each becomes a bubble, a window and a push."""

from __future__ import annotations

import secrets
from base64 import b64decode
from typing import TYPE_CHECKING

from simulator import cast, chat, media, menus, messages, sealing, windows
from simulator.sealing import Letter
from simulator.state import Bubble, Fan, Push, Scene

if TYPE_CHECKING:
    from simulator.world import World

# Types whose user message opens a window, by the trigger WeChat counts.
_EVENT_WINDOWS = {
    "click": "click",
    "subscribe": "subscribe",
    "scan": "scan",
    "scancode_push": "scancode",
    "scancode_waitmsg": "scancode",
}


class NotPossible(Exception):
    """Something a phone does not let one do; `code` is for programs, the text for people."""

    def __init__(self, code: str, text: str, status: int = 409):
        super().__init__(text)
        self.code, self.status = code, status


def say(world: World, fan: Fan, text: str, bizmsgmenuid: str | None = None) -> tuple[Push, Bubble]:
    """A text, typed or by a tap on a menu message (msgmenu)."""
    if not text:
        raise NotPossible("empty_text", "空消息发不出去，写点什么吧", 400)
    fields = {"Content": text, "bizmsgmenuid": bizmsgmenuid}
    trigger = "msgmenu" if bizmsgmenuid else "message"
    return _send_message(world, fan, "text", fields, trigger, text=text)


def send_image(world: World, fan: Fan, data_url: str | None) -> tuple[Push, Bubble]:
    content, content_type = _picture(data_url)
    kept = media.keep(world, content, "image", content_type, name="fan-picture")
    picture = f"{world.api_url}/mmbiz_jpg/{kept.media_id}/0"
    fields = {"PicUrl": picture, "MediaId": kept.media_id}
    return _send_message(world, fan, "image", fields, "message", image_url=f"/phone/pictures/{kept.media_id}")


def send_voice(world: World, fan: Fan, recognition: str) -> tuple[Push, Bubble]:
    """A voice message; without recognised words the field is missing, as when the switch is off."""
    kept = media.keep(world, b"#!AMR\n", "voice", "audio/amr", name="fan-voice")
    fields = {"MediaId": kept.media_id, "Format": "amr", "Recognition": recognition or None}
    return _send_message(world, fan, "voice", fields, "message", text=recognition)


def send_location(world: World, fan: Fan, latitude: float, longitude: float, label: str) -> tuple[Push, Bubble]:
    fields = {"Location_X": round(latitude, 6), "Location_Y": round(longitude, 6), "Scale": 15, "Label": label}
    place = {"latitude": latitude, "longitude": longitude, "label": label}
    return _send_message(world, fan, "location", fields, "message", location=place, text=label)


def send_link(world: World, fan: Fan, title: str, description: str, url: str) -> tuple[Push, Bubble]:
    fields = {"Title": title, "Description": description, "Url": url}
    article = {"title": title, "description": description, "pic_url": "", "url": url}
    return _send_message(world, fan, "link", fields, "message", text=title, articles=[article])


def follow(world: World, fan: Fan, scene: str | None = None) -> tuple[Push, Bubble]:
    """Follow the account, by search or by a parametric QR code."""
    if fan.subscribed:
        raise NotPossible("already_following", "已经关注了")
    known = scene_of(world, scene) if scene else None
    with world.lock:
        fan.subscribed, fan.subscribed_at = True, int(world.clock.now())
        fan.subscribe_scene = "ADD_SCENE_QR_CODE" if known else "ADD_SCENE_SEARCH"
        fan.qr_scene = known.scene if known else ""
        fan.tags, fan.remark = [], ""
    fields = {"EventKey": f"qrscene_{known.scene}", "Ticket": known.ticket} if known else {}
    done = send_event(world, fan, "subscribe", fields, kind="follow", text=known.title if known else "关注了公众号")
    world.changed()
    return done


def unfollow(world: World, fan: Fan) -> tuple[Push, Bubble]:
    need_follower(fan)
    with world.lock:
        fan.subscribed = False
        windows.close_all(world.state.windows, fan.open_id)
    done = send_event(world, fan, "unsubscribe", {}, kind="unfollow", text="取消了关注")
    world.changed()
    return done


def scan(world: World, fan: Fan, scene: str) -> tuple[Push, Bubble]:
    """Scan a parametric QR code: a newcomer follows by it, a follower causes SCAN."""
    if not fan.subscribed:
        return follow(world, fan, scene)
    known = scene_of(world, scene)
    fields = {"EventKey": known.scene, "Ticket": known.ticket}
    return send_event(world, fan, "SCAN", fields, kind="scan", text=known.title)


def tap(world: World, fan: Fan, key: str | None, url: str | None) -> tuple[Push, Bubble]:
    """Tap a menu button; its type in the menu decides which event it causes."""
    need_follower(fan)
    # A phone may still show a button that the menu no longer has.
    gone = {"type": "click" if key else "view", "name": key or url}
    button = menus.find(menus.on_phone(world, fan), key, url) or gone
    kind = str(button["type"])
    fields: dict = {"EventKey": button.get("pagepath") or key or url}
    name = {"click": "CLICK", "view": "VIEW", "miniprogram": "view_miniprogram"}.get(kind, kind)
    done = send_event(world, fan, name, fields, kind="menu_tap", text=str(button.get("name", "")))
    if kind == "location_select":
        send_location(world, fan, *_first_place(world))
    if kind.startswith("pic_"):
        send_image(world, fan, None)
    return done


def send_event(
    world: World, fan: Fan, name: str, fields: dict, kind: str = "fault", text: str = ""
) -> tuple[Push, Bubble]:  # fmt: skip
    """Any event, known or not, with whatever fields."""
    values = messages.event(world.gh_id, fan.open_id, int(world.clock.now()), name, fields)
    trigger = _EVENT_WINDOWS.get(name.lower())
    shown = {"kind": kind, "text": text or name}
    return _send(world, fan, values, f"event:{name}", trigger, name.lower() in messages.ANSWERABLE, shown)


def need_follower(fan: Fan) -> None:
    if not fan.subscribed:
        raise NotPossible("not_following", f"{fan.name} 还没有关注公众号，先点“关注公众号”")


def scene_of(world: World, scene: str) -> Scene:
    """The QR code of a scene; one the account never made is made here, so that any can be tried."""
    with world.lock:
        found = next((each for each in world.state.scenes.values() if each.scene == scene), None)
        return found or cast.add_scene(world.state, scene, scene)


def add_fan(world: World, name: str, age: int | None, about: str) -> Fan:
    with world.lock:
        fan = cast.new_fan(name, age=age, about=about, avatar=name[:1])
        world.state.fans[fan.open_id] = fan
    world.changed()
    return fan


def _send_message(world: World, fan: Fan, kind: str, fields: dict, trigger: str, **shown) -> tuple[Push, Bubble]:
    need_follower(fan)
    msg_id = sealing.new_msg_id(world.clock.wall())
    values = messages.message(world.gh_id, fan.open_id, int(world.clock.now()), kind, fields, msg_id)
    fan.last_message_at = world.clock.now()
    return _send(world, fan, values, kind, trigger, True, {"kind": kind, **shown})


def _send(world: World, fan: Fan, values: dict, kind: str, trigger: str | None, answerable: bool, shown: dict):
    with world.lock:
        if trigger:
            windows.open_window(world.state.windows, fan.open_id, trigger, world.clock.now())
        bubble = chat.add(world, fan.open_id, "fan", status="sending", **shown)
        sender = str(values["FromUserName"])
        letter = Letter(messages.render(values), fan.open_id, kind, sender, answerable, bubble.id)
        push = world.pusher.send(letter)
        bubble.push_id = push.id
    return push, bubble


def _picture(data_url: str | None) -> tuple[bytes, str]:
    if not data_url:
        return media.demo_picture(secrets.token_hex(2)), "image/png"
    head, _, content = data_url.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        raise NotPossible("bad_picture", "图片要写成 data:image/…;base64,…", 400)
    try:
        return b64decode(content, validate=True), head.removeprefix("data:").removesuffix(";base64")
    except ValueError:
        raise NotPossible("bad_picture", "图片的 base64 读不出来", 400) from None


def _first_place(world: World) -> tuple[float, float, str]:
    place = world.cast.places[0]
    return place["latitude"], place["longitude"], place["label"]

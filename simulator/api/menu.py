"""The custom menu (自定义菜单): default and conditional, with the platform's checks."""

import secrets
from urllib.parse import urlsplit

from simulator import menus
from simulator.api.base import OK, Api, Call
from simulator.errors import ApiError

KEY_TYPES = (
    "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
)  # fmt: skip
MEDIA_TYPES = {
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
}
RETIRED_RULES = ("sex", "country", "province", "city", "language")


def create(call: Call) -> dict:
    _check_buttons(call, call.body.get("button"))
    call.state.menu = {"button": call.body["button"]}
    call.world.changed()
    return OK


def get(call: Call) -> dict:
    if call.state.menu is None:
        raise ApiError(46003)
    answer: dict = {"menu": call.state.menu}
    if call.state.conditional_menus:
        answer["conditionalmenu"] = call.state.conditional_menus
    return answer


def delete(call: Call) -> dict:
    """Deleting the default menu deletes every conditional one."""
    call.state.menu = None
    call.state.conditional_menus = []
    call.world.changed()
    return OK


def current(call: Call) -> dict:
    """The menu as the console would show it: sub-buttons wrapped in a list."""
    menu = call.state.menu
    if menu is None:
        return {"is_menu_open": 0}
    return {"is_menu_open": 1, "selfmenu_info": {"button": [_console_shape(each) for each in menu["button"]]}}


def add_conditional(call: Call) -> dict:
    rule = call.part("matchrule", 65304)
    if any(rule.get(name) for name in RETIRED_RULES):
        raise ApiError(65320)
    if not rule.get("tag_id") and not rule.get("client_platform_type"):
        raise ApiError(65304)
    if rule.get("tag_id") and call.whole("tag_id", of=rule, errcode=65310) not in call.state.tags:
        raise ApiError(65310)
    if call.state.menu is None:
        raise ApiError(65303)
    _check_buttons(call, call.body.get("button"))
    menu_id = str(secrets.randbelow(9 * 10**8) + 10**8)
    call.state.conditional_menus.append({"button": call.body["button"], "matchrule": rule, "menuid": menu_id})
    return {"menuid": menu_id}


def delete_conditional(call: Call) -> dict:
    menu_id = str(call.body.get("menuid") or "")
    if not menu_id:
        raise ApiError(65311)
    kept = [each for each in call.state.conditional_menus if each["menuid"] != menu_id]
    if len(kept) == len(call.state.conditional_menus):
        raise ApiError(65317)
    call.state.conditional_menus = kept
    return OK


def try_match(call: Call) -> dict:
    menu = menus.matching(call.world, call.fan(call.body.get("user_id")))
    if menu is None:
        raise ApiError(46003)
    return {"button": menu["button"]}


def _check_buttons(call: Call, buttons: object) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiError(40016)
    for button in buttons:
        if not isinstance(button, dict):
            raise ApiError(47001)
        _check_top(call, button)


def _check_top(call: Call, button: dict) -> None:
    _check_size(button.get("name"), 16, 40018)
    subs = button.get("sub_button") or []
    if not subs:
        _check_action(call, button, sub=False)
        return
    if not isinstance(subs, list) or len(subs) > 5:
        raise ApiError(40023)
    for sub in subs:
        if not isinstance(sub, dict):
            raise ApiError(47001)
        if sub.get("sub_button"):
            raise ApiError(40022)
        _check_size(sub.get("name"), 60, 40025)
        _check_action(call, sub, sub=True)


def _check_action(call: Call, button: dict, sub: bool) -> None:
    kind = button.get("type")
    if not isinstance(kind, str):
        raise ApiError(40024 if sub else 40017)
    if kind in KEY_TYPES:
        _check_size(button.get("key"), 128, 40026 if sub else 40019)
    elif kind in ("view", "miniprogram"):
        _check_url(button.get("url"), sub)
        if kind == "miniprogram":
            _check_mini(call, button)
    elif kind in MEDIA_TYPES:
        if not button.get(MEDIA_TYPES[kind]):
            raise ApiError(40007)
    else:
        raise ApiError(40024 if sub else 40017)


def _check_mini(call: Call, button: dict) -> None:
    if button.get("appid") != call.world.settings.mp_app_id:
        raise ApiError(45064)
    if not button.get("pagepath"):
        raise ApiError(40165)


def _check_url(url: object, sub: bool) -> None:
    _check_size(url, 1024, 40027 if sub else 40020)
    try:
        parts = urlsplit(str(url))
    except ValueError:
        raise ApiError(40054 if sub else 40055) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ApiError(40054 if sub else 40055)


def _check_size(value: object, most_bytes: int, errcode: int) -> None:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= most_bytes:
        raise ApiError(errcode)


def _console_shape(button: dict) -> dict:
    if not button.get("sub_button"):
        return button
    return {"name": button["name"], "sub_button": {"list": button["sub_button"]}}


ROWS = (
    Api("/cgi-bin/menu/create", "POST", "menu", create, (1000, 100), raw_text=True),
    Api("/cgi-bin/menu/get", "GET", "menu", get, (10_000, 1000)),
    Api("/cgi-bin/menu/delete", "GET", "menu", delete, (1000, 100)),
    Api("/cgi-bin/get_current_selfmenu_info", "GET", "menu", current),
    Api("/cgi-bin/menu/addconditional", "POST", "menu", add_conditional, (2000, 2000), raw_text=True),
    Api("/cgi-bin/menu/delconditional", "POST", "menu", delete_conditional),
    Api("/cgi-bin/menu/trymatch", "POST", "menu", try_match),
)

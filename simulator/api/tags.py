"""Tags (用户标签): made, named, put on followers and taken off."""

from simulator.api.base import OK, Api, Call
from simulator.api.users import PAGE
from simulator.cast import SYSTEM_TAGS
from simulator.errors import ApiError

FIRST_OWN_ID = 100
TAGS_AT_MOST, TAGS_PER_FAN, FANS_PER_CALL = 100, 20, 50


def create(call: Call) -> dict:
    name = _name(call)
    if len(call.state.tags) - len(SYSTEM_TAGS) >= TAGS_AT_MOST:
        raise ApiError(45056)
    made = max(FIRST_OWN_ID - 1, *call.state.tags) + 1
    call.state.tags[made] = name
    return {"tag": {"id": made, "name": name}}


def list_all(call: Call) -> dict:
    tags = call.state.tags.items()
    return {"tags": [{"id": key, "name": name, "count": len(_with(call, key))} for key, name in tags]}


def rename(call: Call) -> dict:
    tag = _own_tag(call, call.part("tag"), "id")
    call.state.tags[tag] = _name(call, tag)
    return OK


def delete(call: Call) -> dict:
    tag = _own_tag(call, call.part("tag"), "id")
    del call.state.tags[tag]
    for fan in _with(call, tag):
        fan.tags.remove(tag)
    return OK


def members(call: Call) -> dict:
    tag = _tag(call, call.body, "tagid")
    everyone = [fan.open_id for fan in _with(call, tag) if fan.subscribed]
    after = call.text("next_openid", optional=True)
    start = everyone.index(after) + 1 if after in everyone else 0
    page = everyone[start : start + PAGE]
    answer: dict = {"count": len(page)}
    if page:
        answer["data"] = {"openid": page}
    return {**answer, "next_openid": page[-1] if page else ""}


def put_on(call: Call) -> dict:
    tag = _tag(call, call.body, "tagid")
    fans = _named(call)
    if any(len(fan.tags) >= TAGS_PER_FAN and tag not in fan.tags for fan in fans):
        raise ApiError(45059)
    for fan in fans:
        # The one put on last counts for conditional menus.
        fan.tags = [*(each for each in fan.tags if each != tag), tag]
    return OK


def take_off(call: Call) -> dict:
    tag = _tag(call, call.body, "tagid")
    for fan in _named(call):
        fan.tags = [each for each in fan.tags if each != tag]
    return OK


def of_fan(call: Call) -> dict:
    return {"tagid_list": call.fan(call.body.get("openid")).tags}


def _name(call: Call, own: int | None = None) -> str:
    name = call.text("name", of=call.part("tag"))
    if len(name.encode()) > 30:
        raise ApiError(45158)
    if any(name == each and key != own for key, each in call.state.tags.items()):
        raise ApiError(45157)
    return name


def _tag(call: Call, place: dict, name: str) -> int:
    tag = call.whole(name, of=place, errcode=45159)
    if tag not in call.state.tags:
        raise ApiError(45159)
    return tag


def _own_tag(call: Call, place: dict, name: str) -> int:
    tag = _tag(call, place, name)
    if tag in SYSTEM_TAGS:
        raise ApiError(45058)
    return tag


def _named(call: Call) -> list:
    fans = [call.fan(each) for each in call.listed("openid_list", FANS_PER_CALL, errcode=40032)]
    if any(not fan.subscribed for fan in fans):
        raise ApiError(49003)
    return fans


def _with(call: Call, tag: int) -> list:
    return [fan for fan in call.state.fans.values() if tag in fan.tags]


ROWS = (
    Api("/cgi-bin/tags/create", "POST", "user", create, raw_text=True),
    Api("/cgi-bin/tags/get", "GET", "user", list_all),
    Api("/cgi-bin/tags/update", "POST", "user", rename, raw_text=True),
    Api("/cgi-bin/tags/delete", "POST", "user", delete),
    Api("/cgi-bin/user/tag/get", "POST", "user", members),
    Api("/cgi-bin/tags/members/batchtagging", "POST", "user", put_on),
    Api("/cgi-bin/tags/members/batchuntagging", "POST", "user", take_off),
    Api("/cgi-bin/tags/getidlist", "POST", "user", of_fan),
)

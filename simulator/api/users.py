"""Followers (用户管理): who they are, the list, remarks, the blacklist."""

from simulator.api.base import OK, Api, Call
from simulator.errors import ApiError
from simulator.state import Fan

PAGE = 10_000


def info(call: Call) -> dict:
    return _described(call, call.fan(call.text("openid", 41009, call.args)))


def batch_info(call: Call) -> dict:
    wanted = call.objects("user_list", 100)
    return {"user_info_list": [_described(call, call.fan(each.get("openid"))) for each in wanted]}


def list_all(call: Call) -> dict:
    """Follower openids from `next_openid` on; `data` is missing when there are none."""
    everyone = [fan.open_id for fan in call.state.fans.values() if fan.subscribed]
    page = _from(everyone, call.args.get("next_openid", ""))
    answer: dict = {"total": len(everyone), "count": len(page)}
    if page:
        answer["data"] = {"openid": page}
    return {**answer, "next_openid": page[-1] if page else ""}


def set_remark(call: Call) -> dict:
    fan = call.fan(call.body.get("openid"))
    remark = call.text("remark", optional=True)
    if len(remark) >= 30:
        raise ApiError(40035, "invalid args! remark")
    fan.remark = remark
    return OK


def blacklist(call: Call) -> dict:
    everyone = [fan.open_id for fan in call.state.fans.values() if fan.blacklisted]
    page = _from(everyone, call.text("begin_openid", optional=True))
    return {"total": len(everyone), "count": len(page), "data": {"openid": page}, "next_openid": (page or [""])[-1]}


def add_to_blacklist(call: Call) -> dict:
    return _set_blacklisted(call, True)


def take_from_blacklist(call: Call) -> dict:
    return _set_blacklisted(call, False)


def _set_blacklisted(call: Call, value: bool) -> dict:
    for fan in [call.fan(each) for each in call.listed("openid_list", 20)]:
        fan.blacklisted = value
    return OK


def _from(everyone: list[str], after: str) -> list[str]:
    if after and after not in everyone:
        raise ApiError(40003)
    start = everyone.index(after) + 1 if after else 0
    return everyone[start : start + PAGE]


def _described(call: Call, fan: Fan) -> dict:
    """Since 2021-12-27 without nickname, picture, sex or place."""
    if not fan.subscribed:
        return {"subscribe": 0, "openid": fan.open_id}
    numeric = fan.qr_scene.isdigit()
    return {
        "subscribe": 1,
        "openid": fan.open_id,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": fan.subscribed_at,
        "unionid": fan.union_id,
        "remark": fan.remark,
        "groupid": fan.tags[0] if fan.tags else 0,
        "tagid_list": fan.tags,
        "subscribe_scene": fan.subscribe_scene,
        "qr_scene": int(fan.qr_scene) if numeric else 0,
        "qr_scene_str": "" if numeric else fan.qr_scene,
    }


ROWS = (
    Api("/cgi-bin/user/info", "GET", "user", info, (5_000_000, 500_000)),
    Api("/cgi-bin/user/info/batchget", "POST", "user", batch_info, (5_000_000, 500_000)),
    Api("/cgi-bin/user/get", "GET", "user", list_all, (500, 100)),
    Api("/cgi-bin/user/info/updateremark", "POST", "user", set_remark, (10_000, 10_000), raw_text=True),
    Api("/cgi-bin/tags/members/getblacklist", "POST", "user", blacklist),
    Api("/cgi-bin/tags/members/batchblacklist", "POST", "user", add_to_blacklist),
    Api("/cgi-bin/tags/members/batchunblacklist", "POST", "user", take_from_blacklist),
)

"""Mass sending (群发): to all, to a tag, to a list; quotas, clientmsgid and the job-finished event."""

from simulator import articles, chat, media
from simulator.api.base import OK, Api, Call
from simulator.api.custom import article_bubble
from simulator.errors import ApiError
from simulator.events import tell_bot
from simulator.jobs import ends
from simulator.messages import PLATFORM_ACCOUNT
from simulator.quotas import current, take, take_minute
from simulator.sealing import new_msg_id
from simulator.state import Fan, MassJob

CLIENT_ID_BYTES, CLIENT_ID_S = 64, 86400
PER_MONTH_AND_FAN, PER_DAY = 4, 1
DELETES_A_DAY, DELETES_A_MONTH = 5, 10
STATES = {"send success": "SEND_SUCCESS"}


def send_to_all(call: Call) -> dict:
    rule = call.part("filter")
    to_all = rule.get("is_to_all") is True
    fans = [fan for fan in call.state.fans.values() if fan.subscribed]
    if not to_all:
        tag = call.whole("tag_id", of=rule)
        if tag not in call.state.tags:
            raise ApiError(45159)
        fans = [fan for fan in fans if tag in fan.tags]
    return _submit(call, fans, to_all)


def send_to_list(call: Call) -> dict:
    wanted = call.body.get("touser")
    if not isinstance(wanted, list) or not 2 <= len(wanted) <= 10_000:
        raise ApiError(40003)
    fans = [call.fan(each) for each in wanted]
    return _submit(call, [fan for fan in fans if fan.subscribed], False)


def preview(call: Call) -> dict:
    fan = call.fan(call.body.get("touser"))
    chat.add(call.world, fan.open_id, "account", **_shown(call, _content(call)))
    return {**OK, "msg_id": new_msg_id(call.world.clock.wall())}


def get(call: Call) -> dict:
    job = _job(call)
    return {"msg_id": job.msg_id, "msg_status": job.status}


def delete(call: Call) -> dict:
    """Recall; only articles and videos can be."""
    job = _job(call)
    counters, clock = call.state.counters, call.world.clock
    if job.content["kind"] not in ("mpnews", "mpvideo"):
        raise ApiError(40035)
    take(counters, "mass-deletes|month", clock.month(), DELETES_A_MONTH, 87013)
    take(counters, "mass-deletes|day", clock.day(), DELETES_A_DAY, 87013)
    job.status = "DELETE"
    return OK


def get_speed(call: Call) -> dict:
    speed = current(call.state.counters, "mass-speed", "kept").used
    return {"speed": speed, "realspeed": (80, 60, 45, 30, 10)[speed]}


def set_speed(call: Call) -> dict:
    speed = call.whole("speed", errcode=45083)
    if not 0 <= speed <= 4:
        raise ApiError(45083, "mass send speed must be 0 to 4")
    current(call.state.counters, "mass-speed", "kept").used = speed
    return OK


def _submit(call: Call, fans: list[Fan], to_all: bool) -> dict:
    client_id = call.text("clientmsgid", optional=True)
    _refuse_repeated(call, client_id)
    content = _content(call)
    _spend_quota(call, fans, to_all)
    take_minute(call.world, "mass", 60)
    job = MassJob(
        new_msg_id(call.world.clock.wall()), new_msg_id(call.world.clock.wall()), "SENDING", client_id,
        call.now, to_all, [fan.open_id for fan in fans], content,
    )  # fmt: skip
    if content["kind"] == "mpnews":
        draft = call.state.drafts.pop(content["media_id"])
        content["articles"] = articles.publish_pages(call.world, draft.articles)
    call.state.mass_jobs[job.msg_id] = job
    call.world.jobs.later("mass", {"msg_id": job.msg_id})
    return {**OK, "errmsg": "send job submission success", "msg_id": job.msg_id, "msg_data_id": job.msg_data_id}


@ends("mass")
def finish(world, facts: dict) -> None:
    job = world.state.mass_jobs[facts["msg_id"]]
    if job.status != "SENDING":
        return
    status = world.state.outcomes.mass_status
    job.status = STATES.get(status, "SEND_FAIL")
    reached = [each for each in job.fans if not world.state.fans[each].blacklisted]
    if status == "send success":
        for open_id in reached:
            chat.add(world, open_id, "account", **job.content["bubble"] | _published(job))
    sent = len(reached) if status == "send success" else 0
    counts = {"TotalCount": len(job.fans), "FilterCount": len(reached), "SentCount": sent}
    fields = {"MsgID": job.msg_id, "Status": status, **counts, "ErrorCount": len(reached) - sent}
    tell_bot(world, PLATFORM_ACCOUNT, "MASSSENDJOBFINISH", fields | _article_urls(job))


def _published(job: MassJob) -> dict:
    return article_bubble(job.content["articles"]) if "articles" in job.content else {}


def _article_urls(job: MassJob) -> dict:
    cards = job.content.get("articles", [])
    items = [{"ArticleIdx": number, "ArticleUrl": each["url"]} for number, each in enumerate(cards, 1)]
    return {"ArticleUrlResult": {"Count": len(items), "ResultList": {"item": items}}} if items else {}


def _refuse_repeated(call: Call, client_id: str) -> None:
    if len(client_id.encode()) > CLIENT_ID_BYTES:
        raise ApiError(45067)
    for job in call.state.mass_jobs.values():
        if client_id and job.client_id == client_id and call.now - job.at < CLIENT_ID_S:
            raise ApiError(45065, msg_id=job.msg_id, msg_data_id=job.msg_data_id)


def _spend_quota(call: Call, fans: list[Fan], to_all: bool) -> None:
    """订阅号 one a day; 服务号 four a month for each fan."""
    clock, counters = call.world.clock, call.state.counters
    if call.state.profile == "verified-sub":
        take(counters, "mass|day", clock.day(), PER_DAY, 45028)
        return
    if to_all:
        take(counters, "mass|to-all", clock.month(), PER_MONTH_AND_FAN, 45028)
    left = [fan for fan in fans if _sends(call, fan).used < PER_MONTH_AND_FAN]
    if fans and not left:
        raise ApiError(45028)
    for fan in left:
        _sends(call, fan).used += 1
    fans[:] = left


def _sends(call: Call, fan: Fan):
    return current(call.state.counters, f"mass|{fan.open_id}", call.world.clock.month())


def _content(call: Call) -> dict:
    """What is sent: its kind, its media id, and the bubble fans will see."""
    kind = call.text("msgtype", 40008)
    if kind == "text":
        content = call.text("content", 44004, call.part("text", 44004))
        return {"kind": kind, "bubble": {"kind": "text", "text": content}}
    if kind == "mpnews":
        media_id = call.text("media_id", 40007, call.part("mpnews"))
        if media_id not in call.state.drafts:
            raise ApiError(40007)
        return {"kind": kind, "media_id": media_id, "bubble": {"kind": "news"}}
    return {"kind": kind, "bubble": _media_bubble(call, kind)}


def _media_bubble(call: Call, kind: str) -> dict:
    part = call.part({"image": "images"}.get(kind, kind), 40008)
    ids = call.listed("media_ids", 20, part) if part.get("media_ids") else [part.get("media_id")]
    if kind not in ("image", "voice", "mpvideo") or media.find(call.world, str(ids[0])) is None:
        raise ApiError(40007 if kind in ("image", "voice", "mpvideo") else 40008)
    return {"kind": kind.removeprefix("mp"), "image_url": f"/phone/media/{ids[0]}"}


def _shown(call: Call, content: dict) -> dict:
    if content["kind"] == "mpnews":
        return article_bubble(call.state.drafts[content["media_id"]].articles)
    return content["bubble"]


def _job(call: Call) -> MassJob:
    job = call.state.mass_jobs.get(call.whole("msg_id", errcode=40059))
    if job is None:
        raise ApiError(40059)
    return job


_DAILY = (100, 100)
ROWS = (
    Api("/cgi-bin/message/mass/sendall", "POST", "mass", send_to_all, _DAILY, raw_text=True),
    Api("/cgi-bin/message/mass/send", "POST", "mass_list", send_to_list, _DAILY, raw_text=True),
    Api("/cgi-bin/message/mass/preview", "POST", "mass", preview, _DAILY, raw_text=True),
    Api("/cgi-bin/message/mass/get", "POST", "mass", get),
    Api("/cgi-bin/message/mass/delete", "POST", "mass", delete, (10, 10)),
    Api("/cgi-bin/message/mass/speed/get", "POST", "mass", get_speed),
    Api("/cgi-bin/message/mass/speed/set", "POST", "mass", set_speed),
)

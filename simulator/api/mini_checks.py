"""Content checks (内容安全): text at once, media later by the event wxa_media_check."""

import secrets

from simulator.api.base import OK, Api, Call
from simulator.errors import ApiError
from simulator.events import tell_bot
from simulator.jobs import ends

TEXT_LIMIT = 2500
USED_WITHIN_S = 2 * 3600
RISKY, REVIEW, NORMAL = ("risky", 20001), ("review", 10001), ("pass", 100)


def check_text(call: Call) -> dict:
    """errcode is 0 whether good or bad: read `result`. Without version it is the frozen v1."""
    content = call.text("content", 44004)
    if len(content) > TEXT_LIMIT:
        raise ApiError(45002)
    suggest, label, word = _verdict(call, content)
    if "version" not in call.body:
        if suggest == "risky":
            raise ApiError(87014)
        return OK
    _check_user(call)
    detail = {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}
    keyword = {"strategy": "keyword", "errcode": 0, "suggest": suggest, "label": label, "keyword": word, "level": 90}
    details = [detail, keyword] if word else [detail]
    result = {"suggest": suggest, "label": label}
    return {**OK, "result": result, "detail": details, "trace_id": _trace_id()}


def check_media(call: Call) -> dict:
    call.text("media_url")
    if call.whole("media_type") not in (1, 2) or call.whole("version") != 2:
        raise ApiError(40035)
    _check_user(call)
    trace_id, outcomes = _trace_id(), call.state.outcomes
    for _ in range(outcomes.media_copies):
        if outcomes.media_early:
            finish(call.world, {"trace_id": trace_id})
        else:
            call.world.jobs.later("media_check", {"trace_id": trace_id})
    return {**OK, "trace_id": trace_id}


@ends("media_check")
def finish(world, facts: dict) -> None:
    """The verdict, in today's shape or the older one that a few accounts still get."""
    outcomes, app_id = world.state.outcomes, world.settings.mp_app_id
    result = {"suggest": outcomes.media_suggest, "label": outcomes.media_label}
    fields: dict = {"appid": app_id, "trace_id": facts["trace_id"]}
    if outcomes.media_version == 1:
        gone = dict.fromkeys(("version", "errcode", "errmsg", "result", "detail"))
        fields |= {**gone, "isrisky": int(outcomes.media_suggest == "risky"), "extra_info_json": "", "status_code": 0}
    else:
        detail = {"strategy": "content_model", "errcode": 0, **result, "prob": 90}
        fields |= {"result": result, "detail": [detail]}
    tell_bot(world, "mini-program", "wxa_media_check", fields)


def _check_user(call: Call) -> None:
    if call.whole("scene", errcode=40129) not in (1, 2, 3, 4):
        raise ApiError(40129)
    fan = call.fan(call.body.get("openid"))
    if call.now - fan.mp_seen_at > USED_WITHIN_S:
        raise ApiError(61010)


def _verdict(call: Call, content: str) -> tuple[str, int, str]:
    outcomes = call.state.outcomes
    for words, (suggest, label) in ((outcomes.risky_words, RISKY), (outcomes.review_words, REVIEW)):
        word = next((each for each in words if each in content), None)
        if word:
            return suggest, label, word
    return (*NORMAL, "")


def _trace_id() -> str:
    return f"{secrets.token_hex(4)}-{secrets.token_hex(8)}"


ROWS = (
    Api("/wxa/msg_sec_check", "POST", "mini", check_text, (2_000_000, 2_000_000), 4000, raw_text=True),
    Api("/wxa/media_check_async", "POST", "mini", check_media, (200_000, 200_000), 2000),
)

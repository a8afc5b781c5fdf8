"""Subscription messages (订阅通知、一次性订阅、小程序订阅消息): one consent, one message."""

import secrets

from simulator import template_values
from simulator.api.base import OK, Api, Call
from simulator.api.template import EVENT_DELAY_S, show, template_of
from simulator.errors import ApiError
from simulator.events import tell_bot
from simulator.jobs import ends
from simulator.sealing import new_msg_id
from simulator.state import Template

LONG_TERM = -1
SENT = "subscribe_msg_sent_event"


def send_notice(call: Call) -> dict:
    """订阅通知 of the official account."""
    return _send(call, ("subscribe",))


def send_from_mini(call: Call) -> dict:
    if call.body.get("miniprogram_state", "formal") not in ("developer", "trial", "formal"):
        raise ApiError(40035)
    return _send(call, ("mini",))


def send_once(call: Call) -> dict:
    """一次性订阅: the scene must be the one the user confirmed."""
    fan = call.fan(call.body.get("touser"))
    template = template_of(call, ("once",))
    scene = call.whole("scene")
    title = call.text("title")
    data = call.part("data", 47001)
    template_values.check(template.content, data)
    if not 0 <= scene <= 10000 or len(title) > 15 or len(str(data["content"]["value"])) > 200:
        raise ApiError(47003)
    _use_consent(call, f"{fan.open_id}|{template.template_id}|{scene}")
    show(call, fan, Template(template.template_id, title, template.content, "once"), data)
    return OK


def grant(consents: dict[str, int], key: str, sends: int) -> None:
    """Remember that a person agreed to so many messages; -1 is a long-term consent."""
    if sends == LONG_TERM or consents.get(key) == LONG_TERM:
        consents[key] = LONG_TERM
    else:
        consents[key] = consents.get(key, 0) + sends


def _send(call: Call, kinds: tuple[str, ...]) -> dict:
    open_id = call.body.get("touser")
    fan = call.fan(open_id)
    template = template_of(call, kinds)
    data = call.part("data", 47001)
    template_values.check(template.content, data)
    if str(call.body.get("page", "")).startswith("/"):
        raise ApiError(41030)
    _use_consent(call, f"{open_id}|{template.template_id}")
    show(call, fan, template, data)
    facts = {"open_id": open_id, "template_id": template.template_id, "msg_id": new_msg_id(call.world.clock.wall())}
    call.world.jobs.later("subscribe", facts, min(EVENT_DELAY_S, call.world.settings.job_delay_s))
    return OK


def _use_consent(call: Call, key: str) -> None:
    left = call.state.consents.get(key, 0)
    if left == 0:
        raise ApiError(43101)
    if left != LONG_TERM:
        call.state.consents[key] = left - 1


@ends("subscribe")
def finish(world, facts: dict) -> None:
    error = world.state.outcomes.subscribe_error
    status = "success" if error == 0 else "failed"
    result = {"TemplateId": facts["template_id"], "MsgID": str(facts["msg_id"]), "ErrorCode": error}
    fields = {"SubscribeMsgSentEvent": {"List": [result | {"ErrorStatus": status}]}}
    tell_bot(world, facts["open_id"], SENT, fields)


def categories(call: Call) -> dict:
    return {**OK, "data": [{"id": 616, "name": "公益"}]}


def list_templates(call: Call) -> dict:
    kind = "mini" if call.app and call.app.is_mini else "subscribe"
    own = [each for each in call.state.templates.values() if each.kind == kind]
    rows = [{"priTmplId": each.template_id, "title": each.title, "content": each.content, "type": 2} for each in own]
    return {**OK, "data": rows}


def add_template(call: Call) -> dict:
    kind = "mini" if call.app and call.app.is_mini else "subscribe"
    title = call.text("tid")
    count = len(call.listed("kidList", 5))
    content = "\n".join(f"内容{number}:{{{{thing{number}.DATA}}}}" for number in range(1, count + 1))
    made = Template(secrets.token_urlsafe(32), f"模板 {title}", content, kind)
    call.state.templates[made.template_id] = made
    return {**OK, "priTmplId": made.template_id}


def delete_template(call: Call) -> dict:
    if call.state.templates.pop(call.text("priTmplId"), None) is None:
        raise ApiError(40037)
    return OK


ROWS = (
    Api("/cgi-bin/message/subscribe/bizsend", "POST", "bizsend", send_notice, (100_000, 10_000), raw_text=True),
    Api("/cgi-bin/message/subscribe/send", "POST", "mini", send_from_mini, (10_000_000, 10_000_000), raw_text=True),
    Api("/cgi-bin/message/template/subscribe", "POST", "once", send_once, raw_text=True),
    Api("/wxaapi/newtmpl/getcategory", "GET", "newtmpl", categories),
    Api("/wxaapi/newtmpl/gettemplate", "GET", "newtmpl", list_templates),
    Api("/wxaapi/newtmpl/addtemplate", "POST", "newtmpl", add_template, raw_text=True),
    Api("/wxaapi/newtmpl/deltemplate", "POST", "newtmpl", delete_template),
)

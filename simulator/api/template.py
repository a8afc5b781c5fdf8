"""Template messages (模板消息): sending, the job-finished event, the account's own templates."""

import secrets

from simulator import chat, template_values
from simulator.api.base import OK, Api, Call
from simulator.errors import ApiError
from simulator.events import tell_bot
from simulator.jobs import ends
from simulator.quotas import take
from simulator.sealing import new_msg_id
from simulator.state import Fan, Template

INDUSTRY = {"first_class": "公益", "second_class": "公益组织"}
FINISHED = "TEMPLATESENDJOBFINISH"
EVENT_DELAY_S = 0.3


def send(call: Call) -> dict:
    fan = call.fan(call.body.get("touser"))
    template = template_of(call, ("template",))
    if not fan.subscribed:
        raise ApiError(43004)
    if fan.blacklisted:
        raise ApiError(43019)
    data = call.part("data", 47001)
    template_values.check(template.content, data, empty_allowed=True)
    if earlier := _sent_before(call, fan):
        return {**OK, "msgid": earlier}
    msg_id = new_msg_id(call.world.clock.wall())
    _remember(call, fan, msg_id)
    show(call, fan, template, data)
    facts = {"open_id": fan.open_id, "msg_id": msg_id}
    call.world.jobs.later("template", facts, min(EVENT_DELAY_S, call.world.settings.job_delay_s))
    return {**OK, "msgid": msg_id}


@ends("template")
def finish(world, facts: dict) -> None:
    fields = {"MsgID": facts["msg_id"], "Status": world.state.outcomes.template_status}
    tell_bot(world, facts["open_id"], FINISHED, fields)


def template_of(call: Call, kinds: tuple[str, ...]) -> Template:
    """The account's template that the body names."""
    template = call.state.templates.get(call.text("template_id", 40037))
    if template is None or template.kind not in kinds:
        raise ApiError(40037)
    return template


def show(call: Call, fan: Fan, template: Template, data: dict) -> None:
    """Put the message on the phone as a card; with both url and mini-program the mini-program wins."""
    mini = call.part("miniprogram") if call.body.get("miniprogram") else {}
    card = {
        "title": template.title,
        "description": template_values.filled(template.content, data),
        "pic_url": "",
        "url": str(mini.get("pagepath") or call.body.get("url") or call.body.get("page") or ""),
    }
    kind = "miniprogram" if mini.get("pagepath") else "news"
    chat.add(call.world, fan.open_id, "account", kind, text=f"{card['title']}\n{card['description']}", articles=[card])


def set_industry(call: Call) -> dict:
    for name in ("industry_id1", "industry_id2"):
        call.whole(name)
    take(call.state.counters, "industry", call.world.clock.month(), 1, 43100)
    return OK


def get_industry(call: Call) -> dict:
    return {"primary_industry": INDUSTRY, "secondary_industry": INDUSTRY}


def add(call: Call) -> dict:
    """Take a template from the library; the simulator has no library, so it makes one from the key words."""
    short = call.text("template_id_short")
    words = call.listed("keyword_name_list", 5) if call.body.get("keyword_name_list") else ["内容"]
    content = "\n".join(f"{word}：{{{{thing{number}.DATA}}}}" for number, word in enumerate(words, 1))
    made = Template(secrets.token_urlsafe(32), f"模板 {short}", content, "template")
    call.state.templates[made.template_id] = made
    return {**OK, "template_id": made.template_id}


def list_own(call: Call) -> dict:
    own = [each for each in call.state.templates.values() if each.kind == "template"]
    industry = {"primary_industry": INDUSTRY["first_class"], "deputy_industry": INDUSTRY["second_class"]}
    names = ("template_id", "title", "content", "example")
    return {"template_list": [{**{name: getattr(each, name) for name in names}, **industry} for each in own]}


def delete(call: Call) -> dict:
    del call.state.templates[template_of(call, ("template",)).template_id]
    return OK


def _sent_before(call: Call, fan: Fan) -> int | None:
    """The same client_msg_id to the same fan is sent only once (unconfirmed for how long)."""
    found = call.state.client_ids.get(f"template|{fan.open_id}|{call.body.get('client_msg_id')}")
    return found if call.body.get("client_msg_id") else None


def _remember(call: Call, fan: Fan, msg_id: int) -> None:
    if call.body.get("client_msg_id"):
        call.state.client_ids[f"template|{fan.open_id}|{call.body['client_msg_id']}"] = msg_id


ROWS = (
    Api("/cgi-bin/message/template/send", "POST", "template", send, (100_000, 10_000), raw_text=True),
    Api("/cgi-bin/template/api_set_industry", "POST", "template", set_industry),
    Api("/cgi-bin/template/get_industry", "GET", "template", get_industry),
    Api("/cgi-bin/template/api_add_template", "POST", "template", add, raw_text=True),
    Api("/cgi-bin/template/get_all_private_template", "GET", "template", list_own),
    Api("/cgi-bin/template/del_private_template", "POST", "template", delete),
)

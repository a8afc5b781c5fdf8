"""Template and subscription messages: typed values, consents that are used up, the events that follow."""

import pytest

from tests.simulator.waiting import until

EVENT = "tmpl-event-signup-0000000000000000000000001"
REMIND = "subs-event-remind-000000000000000000000001"
MINI = "mini-event-remind-000000000000000000000001"
ONCE = "once-study-0000000000000000000000000000001"
DATA = {"thing1": {"value": "周末志愿服务"}, "time2": {"value": "2026年3月5日 09:00"}, "thing3": {"value": "紫荆山"}}


def events(bot, name: str) -> list:
    return [each for each in bot.received if each.field("Event") == name]


def send(platform, fan: dict, **changed: object) -> dict:
    body = {"touser": fan["open_id"], "template_id": EVENT, "url": "http://u.example/", "data": DATA} | changed
    return platform.post("/cgi-bin/message/template/send", body)


def test_a_template_message_is_shown_and_its_event_follows(phone, platform, bot, lin):
    msg_id = send(platform, lin)["msgid"]
    card = phone.get(f"/phone/chats/{lin['open_id']}?after=0")["bubbles"][-1]["articles"][0]
    assert "周末志愿服务" in card["description"]
    (event,) = until(lambda: events(bot, "TEMPLATESENDJOBFINISH"))
    assert (event.field("MsgID"), event.field("Status")) == (str(msg_id), "success")


def test_a_blocking_user_is_a_chosen_outcome(phone, platform, bot, lin):
    phone.post("/control/outcomes", {"template_status": "failed:user block"})
    send(platform, lin)
    (event,) = until(lambda: events(bot, "TEMPLATESENDJOBFINISH"))
    assert event.field("Status") == "failed:user block"


def test_the_same_client_msg_id_is_sent_once(phone, platform, lin):
    first, second = (send(platform, lin, client_msg_id="case-1") for _ in range(2))
    assert first["msgid"] == second["msgid"]
    bubbles = phone.get(f"/phone/chats/{lin['open_id']}?after=0")["bubbles"]
    assert len([each for each in bubbles if each["kind"] == "news"]) == 1


def test_a_template_needs_a_follower_and_a_known_template(phone, platform, lin):
    assert send(platform, phone.find("小雨"))["errcode"] == 43004
    assert send(platform, lin, template_id="nothing")["errcode"] == 40037
    assert send(platform, lin, template_id=REMIND)["errcode"] == 40037


@pytest.mark.parametrize(
    ("name", "value"),
    [("thing1", "字" * 21), ("time2", "明天上午"), ("time2", "2026/13"), ("thing3", ["列表"])],
)
def test_a_value_that_breaks_its_type_is_47003_and_names_the_field(phone, platform, lin, name, value):
    phone.post(f"/phone/mini/{lin['open_id']}/consent", {"template_id": REMIND})
    body = {"touser": lin["open_id"], "template_id": REMIND, "data": DATA | {name: {"value": value}}}
    answer = platform.post("/cgi-bin/message/subscribe/bizsend", body)
    assert answer["errcode"] == 47003
    assert f"data.{name}.value invalid" in answer["errmsg"]


def test_one_consent_is_one_notice(phone, platform, bot, lin):
    body = {"touser": lin["open_id"], "template_id": REMIND, "data": DATA}
    path = "/cgi-bin/message/subscribe/bizsend"
    assert platform.post(path, body)["errcode"] == 43101
    for _ in range(2):
        phone.post(f"/phone/mini/{lin['open_id']}/consent", {"template_id": REMIND})
    assert [platform.post(path, body)["errcode"] for _ in range(3)] == [0, 0, 43101]
    assert (
        len(until(lambda: events(bot, "subscribe_msg_sent_event")[1:] and events(bot, "subscribe_msg_sent_event"))) == 2
    )


def test_a_refusal_is_pushed_and_takes_consents_away(phone, platform, bot, lin):
    phone.post(f"/phone/mini/{lin['open_id']}/consent", {"template_id": REMIND})
    phone.post(f"/phone/mini/{lin['open_id']}/refuse", {"template_id": REMIND})
    (event,) = until(lambda: events(bot, "subscribe_msg_change_event"))
    assert event.xml.findtext("SubscribeMsgChangeEvent/List/SubscribeStatusString") == "reject"
    body = {"touser": lin["open_id"], "template_id": REMIND, "data": DATA}
    assert platform.post("/cgi-bin/message/subscribe/bizsend", body)["errcode"] == 43101


def test_a_long_term_consent_is_not_used_up(phone, platform, lin):
    phone.post(f"/phone/mini/{lin['open_id']}/consent", {"template_id": REMIND, "long_term": True})
    body = {"touser": lin["open_id"], "template_id": REMIND, "data": DATA}
    assert [platform.post("/cgi-bin/message/subscribe/bizsend", body)["errcode"] for _ in range(3)] == [0, 0, 0]


def test_the_mini_program_counts_its_own_consents(phone, platform, lin):
    fan_id = phone.post(f"/phone/mini/{lin['open_id']}/login", {})["openid"]
    phone.post(f"/phone/mini/{lin['open_id']}/consent", {"template_id": MINI})
    platform.use_mini()
    body = {"touser": fan_id, "template_id": MINI, "data": DATA, "page": "pages/event", "miniprogram_state": "formal"}
    path = "/cgi-bin/message/subscribe/send"
    assert platform.post(path, body | {"page": "/pages/event"})["errcode"] == 41030
    assert [platform.post(path, body)["errcode"] for _ in range(2)] == [0, 43101]
    assert platform.post(path, body | {"touser": lin["open_id"]})["errcode"] == 40003


def test_a_one_time_subscription_is_confirmed_on_the_page_and_used_once(platform, lin):
    query = {"template_id": ONCE, "scene": "7", "redirect_url": "http://bot.example/back", "reserved": "r"}
    answer = platform.raw("GET", "/mp/subscribemsg", params=query | {"as": lin["open_id"]}, allow_redirects=False)
    assert "action=confirm" in answer.headers["Location"]
    body = {"touser": lin["open_id"], "template_id": ONCE, "scene": 7, "title": "新一期专栏"}
    body["data"] = {"content": {"value": "今晚八点更新", "color": "#333"}}
    path = "/cgi-bin/message/template/subscribe"
    assert [platform.post(path, body)["errcode"] for _ in range(2)] == [0, 43101]


def test_own_templates_are_listed_added_and_deleted(platform):
    path = "/cgi-bin/template/"
    made = platform.post(f"{path}api_add_template", {"template_id_short": "TM1", "keyword_name_list": ["时间", "地点"]})
    listed = platform.get(f"{path}get_all_private_template")["template_list"]
    assert {EVENT, made["template_id"]} <= {each["template_id"] for each in listed}
    assert platform.post(f"{path}del_private_template", {"template_id": made["template_id"]})["errcode"] == 0
    assert platform.post(f"{path}del_private_template", {"template_id": made["template_id"]})["errcode"] == 40037


def test_the_industry_changes_once_a_month(platform):
    path, body = "/cgi-bin/template/api_set_industry", {"industry_id1": "1", "industry_id2": "4"}
    assert [platform.post(path, body)["errcode"] for _ in range(2)] == [0, 43100]


def test_subscription_templates_are_listed_by_app(platform):
    assert REMIND in str(platform.get("/wxaapi/newtmpl/gettemplate"))
    platform.use_mini()
    assert REMIND not in str(platform.get("/wxaapi/newtmpl/gettemplate"))

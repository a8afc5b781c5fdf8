"""Faults on request, on the API and on the callback."""

import pytest
import requests

from simulator.client import PhoneProblem

SEND = "/cgi-bin/message/custom/send"
IPS = "/cgi-bin/getcallbackip"


def message(fan: dict) -> dict:
    return {"touser": fan["open_id"], "msgtype": "text", "text": {"content": "到了吗"}}


def texts(phone, fan: dict) -> list[str]:
    return [each["text"] for each in phone.get(f"/phone/chats/{fan['open_id']}?after=0")["bubbles"]]


@pytest.mark.parametrize("errcode", [40001, 42001, -1, 45011])
def test_an_errcode_can_be_forced_so_many_times(phone, platform, errcode):
    phone.post("/control/faults", {"path": IPS, "kind": "errcode", "errcode": errcode, "times": 2})
    answers = [platform.get(IPS) for _ in range(3)]
    assert [each.get("errcode") for each in answers] == [errcode, errcode, None]


def test_a_call_can_be_cut_after_it_was_received(phone, platform, lin):
    """The message went out, the sender does not know: the case that tests idempotence."""
    phone.act(lin, "say", {"text": "开窗"})
    phone.post("/control/faults", {"path": SEND, "kind": "cut_after_receive", "times": 1})
    with pytest.raises(requests.ConnectionError):
        platform.post(SEND, message(lin))
    assert texts(phone, lin).count("到了吗") == 1
    assert platform.post(SEND, message(lin))["errcode"] == 0


@pytest.mark.parametrize(("kind", "seconds"), [("refuse", None), ("hang", 0.1)])
def test_a_refused_or_hanging_call_does_nothing(phone, platform, lin, kind, seconds):
    phone.act(lin, "say", {"text": "开窗"})
    phone.post("/control/faults", {"path": "*", "kind": kind, "seconds": seconds, "times": 1})
    with pytest.raises(requests.ConnectionError):
        platform.raw("POST", SEND, params={"access_token": "x"}, json=message(lin))
    assert "到了吗" not in texts(phone, lin)


def test_a_gateway_page_instead_of_json(phone, platform):
    phone.post("/control/faults", {"path": IPS, "kind": "html_502", "times": 1})
    answer = platform.raw("GET", IPS)
    assert (answer.status_code, answer.text[:6]) == (502, "<html>")


def test_a_slow_call_is_answered_in_the_end(phone, platform):
    token = platform.token
    phone.post("/control/faults", {"path": IPS, "kind": "slow", "seconds": 0.2, "times": 1})
    answer = platform.raw("GET", IPS, params={"access_token": token})
    assert answer.elapsed.total_seconds() >= 0.2
    assert "ip_list" in answer.json()


def test_faults_are_listed_and_removed(phone, platform):
    made = phone.post("/control/faults", {"path": IPS, "kind": "errcode", "errcode": -1})
    assert [each["id"] for each in phone.get("/phone/state")["faults"]] == [made["id"]]
    requests.delete(f"{platform.world.phone_url}/control/faults/{made['id']}", timeout=5)
    assert phone.get("/phone/state")["faults"] == []
    assert "ip_list" in platform.get(IPS)


def test_all_faults_can_be_removed_at_once(phone, platform):
    for _ in range(3):
        phone.post("/control/faults", {"path": "*", "kind": "html_502"})
    requests.delete(f"{platform.world.phone_url}/control/faults", timeout=5)
    assert phone.get("/phone/state")["faults"] == []


@pytest.mark.parametrize("body", [{"kind": "explode"}, {"kind": "errcode"}, {"kind": "errcode", "path": "callback"}])
def test_a_fault_that_makes_no_sense_is_refused(phone, body):
    with pytest.raises(PhoneProblem):
        phone.post("/control/faults", body)


def test_a_lost_answer_makes_wechat_send_again_what_the_bot_has_done(phone, bot, lin):
    bot.received.clear()
    bot.answers("好")
    phone.post("/control/faults", {"path": "callback", "kind": "cut_after_receive", "times": 1})
    heard = phone.act(lin, "say", {"text": "一次"})
    assert heard.text == "好"
    assert len(bot.received) == 2
    assert len({each.field("MsgId") for each in bot.received}) == 1


def test_a_slow_line_still_delivers_within_the_limit(phone, bot, lin):
    bot.answers("好")
    phone.post("/control/faults", {"path": "callback", "kind": "slow", "seconds": 0.05, "times": 1})
    assert [each["verdict"] for each in phone.act(lin, "say", {"text": "慢"}).push["attempts"]] == ["ok"]


@pytest.mark.parametrize("kind", ["refuse", "hang", "html_502", "slow"])
def test_a_callback_that_is_out_of_reach_never_hears_of_it(phone, bot, lin, kind):
    bot.received.clear()
    phone.post("/control/faults", {"path": "callback", "kind": kind})
    assert phone.act(lin, "say", {"text": "喂"}).outcome == "failed"
    assert bot.received == []

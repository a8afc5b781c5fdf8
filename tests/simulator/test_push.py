"""Pushes: the three modes, the 5-second limit, identical retries, the notice, key rotation."""

import threading

import pytest

from simulator import chat
from simulator.client import BotUnreachable
from tests.simulator.bot import KEY, Answer, text_xml

OTHER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def identity(received) -> tuple:
    query = received.query
    return query["timestamp"], query["nonce"], query["signature"], received.field("MsgId")


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
def test_a_text_reaches_the_bot_and_its_answer_the_phone(world, phone, bot, lin, mode):
    phone.post("/control/mode", {"mode": mode})
    bot.answers("你好，林晓")
    heard = phone.act(lin, "say", {"text": "在吗"})
    assert (heard.text, heard.outcome, heard.problems) == ("你好，林晓", "answered", [])
    got = bot.received[-1]
    assert got.field("Content") == "在吗"
    assert ("<Content>" in got.body) == (mode != "safe")
    assert ("<Encrypt>" in got.body) == (mode != "plain")
    assert got.query["openid"] == lin["open_id"]


def test_the_wire_record_shows_both_sides(phone, bot, lin):
    bot.answers("好")
    push = phone.act(lin, "say", {"text": "你好"}).push
    assert "你好" in push["plain_xml"]
    assert "<Encrypt>" in push["wire_body"]
    assert "msg_signature=" in push["url"]
    assert "好" in push["reply_plain_xml"]
    assert "MsgSignature" in push["reply_wire"]
    assert [each["verdict"] for each in push["attempts"]] == ["ok"]


@pytest.mark.parametrize("body", [b"success", b""])
def test_success_and_an_empty_body_end_the_exchange_in_silence(phone, bot, lin, body):
    bot.received.clear()
    bot.reply = lambda received: Answer(body)
    heard = phone.act(lin, "say", {"text": "嗯"})
    assert (heard.bubbles, heard.outcome, len(bot.received)) == ([], "silent", 1)


@pytest.mark.parametrize("status", [201, 204, 302, 403, 500])
def test_anything_but_200_is_sent_again_with_the_same_identity_and_ends_in_the_notice(phone, bot, lin, status):
    bot.received.clear()
    bot.reply = lambda received: Answer(b"" if status == 204 else b"success", status)
    heard = phone.act(lin, "say", {"text": "在吗"})
    assert len(bot.received) == 4
    assert len({identity(each) for each in bot.received}) == 1
    assert {each.body for each in bot.received} == {bot.received[0].body}
    assert [each["text"] for each in heard.bubbles] == [chat.BROKEN_NOTICE]
    assert heard.bubbles[0]["side"] == "notice"


def test_a_bot_that_is_too_slow_is_asked_again_while_it_still_works(phone, bot, lin):
    bot.received.clear()
    bot.reply = lambda received: Answer(pause=1.0)
    heard = phone.act(lin, "say", {"text": "在吗"})
    assert [each["verdict"] for each in heard.push["attempts"]] == ["timeout"] * 4
    assert len({identity(each) for each in bot.received}) == 1
    assert heard.outcome == "failed"


def test_a_late_answer_counts_when_a_retry_gets_one_in_time(phone, bot, lin):
    bot.received.clear()

    def slow_once(received):
        answer = bot.sealed(received, text_xml(received, "来了"))
        return answer if len(bot.received) > 1 else Answer(answer.body, pause=1.0)

    bot.reply = slow_once
    heard = phone.act(lin, "say", {"text": "在吗"})
    assert (heard.text, [each["verdict"] for each in heard.push["attempts"]]) == ("来了", ["timeout", "ok"])


def test_the_fan_s_bubble_ends_as_delivered_or_failed(phone, bot, lin):
    def last_status() -> str:
        bubbles = phone.get(f"/phone/chats/{lin['open_id']}?after=0")["bubbles"]
        return [each for each in bubbles if each["side"] == "fan"][-1]["status"]

    phone.act(lin, "say", {"text": "一"})
    assert last_status() == "delivered"
    bot.reply = lambda received: Answer(b"<html>")
    phone.act(lin, "say", {"text": "二"})
    assert last_status() == "failed"


def test_nobody_listening_is_told_apart_from_a_wrong_answer(world, phone, bot, lin):
    bot.reply = lambda received: Answer(b"<html>")
    phone.act(lin, "say", {"text": "在吗"})
    assert world.pusher.reachable is True
    bot.close()
    with pytest.raises(BotUnreachable):
        phone.act(lin, "say", {"text": "在吗"})
    assert phone.get("/phone/state")["account"]["reachable"] is False


def test_tries_can_go_out_all_at_once(phone, bot, lin):
    bot.received.clear()
    together = threading.Barrier(4, timeout=5)

    def meet(received):
        together.wait()
        return bot.sealed(received, text_xml(received, "一次就够"))

    bot.reply = meet
    fields = {"MsgType": "text", "Content": "同时"}
    wish = {"open_id": lin["open_id"], "fields": fields, "concurrent": True, "wait": True}
    (push,) = phone.post("/control/push", wish)["pushes"]
    assert len(bot.received) == 4
    assert len({identity(each) for each in bot.received}) == 1
    assert push["outcome"] == "answered"
    bubbles = phone.get(f"/phone/chats/{lin['open_id']}?after=0")["bubbles"]
    assert [each["text"] for each in bubbles].count("一次就够") == 1


def test_a_shuffled_batch_delivers_every_push_once(phone, bot, lin):
    bot.received.clear()
    pushes = [{"fields": {"MsgType": "text", "Content": str(number)}} for number in range(8)]
    phone.post("/control/push", {"open_id": lin["open_id"], "pushes": pushes, "shuffle": True, "wait": True})
    assert sorted(each.field("Content") for each in bot.received) == [str(number) for number in range(8)]


def test_raw_xml_goes_out_as_it_is(phone, bot):
    wish = {"xml": "<xml><action>CheckContainerPath</action></xml>", "mode": "plain", "wait": True}
    (push,) = phone.post("/control/push", wish)["pushes"]
    assert bot.received[-1].body == "<xml><action>CheckContainerPath</action></xml>"
    assert push["outcome"] == "silent"


def test_a_push_can_wear_an_old_time_stamp_and_leave_out_the_openid(phone, bot, lin):
    wish = {"fields": {"MsgType": "text", "Content": "旧"}, "timestamp": 1600000000, "openid_in_query": False}
    phone.post("/control/push", wish | {"open_id": lin["open_id"], "wait": True})
    assert bot.received[-1].query["timestamp"] == "1600000000"
    assert "openid" not in bot.received[-1].query


@pytest.mark.parametrize("world", [{"aes_key_previous": OTHER_KEY}], indirect=True)
def test_rotation_swaps_the_two_configured_keys(world, phone, bot, lin):
    assert phone.post("/control/key", {"rotate": True})["new_key"] is None
    bot.key = OTHER_KEY
    bot.answers("换好了")
    assert phone.act(lin, "say", {"text": "换钥匙"}).text == "换好了"
    phone.post("/control/key", {"rotate": True})
    assert world.key == KEY


@pytest.mark.parametrize("world", [{"aes_key_previous": OTHER_KEY}], indirect=True)
def test_one_push_may_be_sealed_with_the_other_key(phone, bot, lin):
    bot.key = OTHER_KEY
    wish = {"fields": {"MsgType": "text", "Content": "旧钥匙"}, "key": "previous", "open_id": lin["open_id"]}
    (push,) = phone.post("/control/push", wish | {"wait": True})["pushes"]
    assert (push["outcome"], bot.received[-1].field("Content")) == ("silent", "旧钥匙")


def test_rotation_with_a_single_key_makes_a_new_one_and_shows_it(world, phone, bot, lin):
    bot.key = phone.post("/control/key", {"rotate": True})["new_key"]
    bot.answers("新钥匙")
    assert phone.act(lin, "say", {"text": "换钥匙"}).text == "新钥匙"


def test_an_answer_sealed_with_the_other_key_is_refused(phone, bot, lin):
    bot.reply = lambda received: bot.sealed(received, text_xml(received, "错钥匙"), key=OTHER_KEY)
    heard = phone.act(lin, "say", {"text": "在吗"})
    assert heard.outcome == "failed"
    assert "密钥" in heard.problems[0]


def test_url_verification_wants_the_echo_unchanged(world, phone, bot):
    assert phone.post("/control/verify", {}) == {"ok": True, "status": 200, "problem": None}
    assert phone.get("/phone/state")["account"]["reachable"] is True


def test_the_signing_time_stays_real_when_the_clock_is_moved(phone, bot, lin):
    phone.post("/control/clock", {"advance_s": 172800})
    phone.act(lin, "say", {"text": "两天以后"})
    got = bot.received[-1]
    assert int(got.field("CreateTime")) - int(got.query["timestamp"]) >= 172799


def test_msg_ids_never_repeat(phone, bot, lin):
    bot.received.clear()
    for _ in range(5):
        phone.act(lin, "say", {"text": "同一秒"})
    assert len({each.field("MsgId") for each in bot.received}) == 5


def test_the_bot_may_say_why(phone, bot, lin):
    bot.reply = lambda received: Answer(
        bot.sealed(received, text_xml(received, "好")).body, headers=(("X-Zhengqing-Why", '{"route":"\\u83dc"}'),)
    )
    assert phone.act(lin, "say", {"text": "菜单"}).push["why"] == {"route": "菜"}

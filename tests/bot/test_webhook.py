"""GET and POST /wechat over HTTP: the three modes, and every bad request's listed answer (reliability 3)."""

from __future__ import annotations

import json
import logging

import pytest

from app import create_app
from tests.support import pushes


@pytest.fixture
def make_client(settings, resources, sqlite_url, tmp_path):
    def make(mode: str = "safe", **changes):
        own = settings.model_copy(
            update={"database_url": sqlite_url, "spool_dir": str(tmp_path / "spool"), "wechat_mode": mode, **changes}
        )
        client = create_app(own, background=False, resources=resources).test_client()
        client.settings = own
        return client

    return make


def send(client, xml: str, mode: str | None = None, **how):
    query, body = pushes.push(client.settings, xml, mode or client.settings.wechat_mode, **how)
    return client.post(f"/wechat?{query}", data=body, content_type="text/xml")


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
def test_a_message_is_answered_in_every_mode(make_client, mode):
    client = make_client(mode)
    response = send(client, pushes.text_xml("o_lin", "你好", 1))
    assert response.status_code == 200
    fields = pushes.reply_fields(pushes.opened_reply(client.settings, response.data))
    assert (fields["ToUserName"], fields["FromUserName"]) == ("o_lin", pushes.ACCOUNT)
    assert fields["Content"]


def test_the_address_is_verified_by_its_echo(make_client):
    client = make_client()
    good = pushes.query(client.settings, "1700000000", "n1")
    assert client.get(f"/wechat?{good}&echostr=5837462").data == b"5837462"
    assert client.get("/wechat?signature=0&timestamp=1&nonce=1&echostr=1").status_code == 403


def test_a_repeat_over_http_is_the_same_reply(make_client):
    client = make_client()
    xml = pushes.text_xml("o_lin", "菜单", 2)
    plain = {pushes.opened_reply(client.settings, send(client, xml).data) for _ in range(3)}
    assert len(plain) == 1


def test_the_previous_aes_key_is_answered_under_itself(make_client):
    old = "previouskey0123456789ABCDEFGHIJKLMNOPQRSTUU"
    client = make_client(wechat_aes_key_previous=old)
    key = client.settings.aes_keys[1]
    response = send(client, pushes.text_xml("o_lin", "你好", 3), key=key)
    assert pushes.opened_reply(client.settings, response.data, key).startswith("<xml>")


@pytest.mark.parametrize(
    ("mode", "sent_as"), [("safe", "plain"), ("compatible", "plain")], ids=["safe refuses", "compatible refuses"]
)
def test_a_downgrade_is_refused(make_client, mode, sent_as):
    response = send(make_client(mode), pushes.text_xml("o_lin", "你好", 4), sent_as)
    assert (response.status_code, response.data) == (403, b"forbidden")


def test_a_forger_learns_nothing_from_the_answers(make_client):
    """No signature, a wrong one, a bad cipher under a right one: the same bytes."""
    client = make_client()
    query, body = pushes.push(client.settings, pushes.text_xml("o_lin", "你好", 5))
    broken = pushes.query(client.settings, "1700000000", "n", "AAAA")
    answers = {
        client.post("/wechat", data=body).data,
        client.post(f"/wechat?{query}x", data=body).data,
        client.post(f"/wechat?{broken}", data=b"<xml><Encrypt>AAAA</Encrypt></xml>").data,
    }
    assert answers == {b"forbidden"}


def test_a_refused_request_touches_no_database(make_client, monkeypatch):
    client = make_client()
    monkeypatch.setattr("core.db.Database.transaction", lambda _self: 1 / 0)
    assert client.post("/wechat?signature=1&timestamp=1&nonce=1", data=b"<xml/>").status_code == 403


def test_a_body_over_the_cap_is_refused_early(make_client):
    client = make_client("plain")
    query, _ = pushes.push(client.settings, "<xml/>")
    assert client.post(f"/wechat?{query}", data=b"x" * (64 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
def test_a_very_long_letter_is_read_to_its_end_in_every_mode(make_client, mode):
    letter = "今天天气很好，我去了公园。" * 1540 + "我不想活了"
    response = send(make_client(mode), pushes.text_xml("o_lin", letter[-20_000:], 20))
    assert json.loads(response.headers["X-Zhengqing-Why"])["risk"] == "high"


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_encryption_hides_no_message_over_the_cap(make_client, mode):
    assert send(make_client(mode), pushes.text_xml("o_lin", "x" * 65_000, 21)).status_code in (200, 413)
    assert send(make_client(mode), pushes.text_xml("o_lin", "x" * 66_000, 22)).status_code == 413


def test_other_methods_are_refused(make_client):
    assert make_client().put("/wechat").status_code == 405


def test_why_is_told_to_a_simulator_only(make_client):
    xml = pushes.text_xml("o_lin", "我不想活了", 6)
    why = json.loads(send(make_client(), xml).headers["X-Zhengqing-Why"])
    assert (why["route"], why["risk"]) == ("crisis", "high")
    real = make_client(wechat_api_base="https://api.weixin.qq.com")
    assert "X-Zhengqing-Why" not in send(real, pushes.text_xml("o_lin", "我不想活了", 7)).headers


def test_no_answer_is_not_200_when_nothing_could_keep_the_message(make_client, tmp_path, monkeypatch):
    client = make_client(database_url="postgresql://nobody@127.0.0.1:9/none")
    monkeypatch.setattr("bot.spool.Spool.put", lambda _self, _record: (_ for _ in ()).throw(OSError(28)))
    assert send(client, pushes.text_xml("o_lin", "你好", 8)).status_code == 503
    assert send(client, pushes.text_xml("o_lin", "我不想活了", 9)).status_code == 200


def test_a_fault_of_ours_shows_no_trace(make_client, monkeypatch):
    client = make_client()
    monkeypatch.setattr("bot.pipeline.Pipeline.receive", lambda _self, _message: 1 / 0)
    response = send(client, pushes.text_xml("o_lin", "你好", 10))
    assert response.status_code == 500
    assert set(response.json) == {"error", "request_id"}


def test_logs_hold_neither_words_nor_openid_nor_secrets(make_client, capfd, caplog, monkeypatch):
    """The canary: what a person wrote, who they are, and every configured secret stay out of all output."""
    caplog.set_level(logging.DEBUG)
    client = make_client()
    send(client, pushes.text_xml("o_canary_person", "我不想活了 canarywords", 11))
    monkeypatch.setitem(client.application.extensions["parts"].registry.bodies, object, None)
    monkeypatch.setattr("handlers.routing.answer", lambda *_: {}["canarywords o_canary_person"])
    send(client, pushes.text_xml("o_canary_person", "canarywords", 12))
    client.post("/wechat?signature=canarysignature&timestamp=1&nonce=1", data=b"canarywords")
    output = "".join(capfd.readouterr()) + caplog.text
    assert "answered" in output
    secrets = (client.settings.wechat_token, client.settings.wechat_aes_key, client.settings.data_keys)
    for canary in ("canary", "o_canary_person", "不想活", *secrets):
        assert canary not in output


def test_alive_and_ready_are_two_questions(make_client):
    assert make_client().get("/readyz").json["ready"] is True
    away = make_client(database_url="postgresql://nobody@127.0.0.1:9/none")
    assert away.get("/healthz").status_code == 200
    assert away.get("/readyz").status_code == 503

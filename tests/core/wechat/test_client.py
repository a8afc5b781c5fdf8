"""The client of WeChat's API: what it sends, and what it says when that fails (R12, R13)."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import SystemClock
from core.wechat.client import WeChat, connect
from core.wechat.errors import WeChatError, WeChatRefused, WeChatUnknown, WeChatUnreachable
from core.wechat.models import AccessToken
from core.wechat.null import NullWeChat
from tests.support.platform import SECRET, SEND, TOKEN

TEMPLATE = "/cgi-bin/message/template/send"
SESSION = "/sns/jscode2session"


@pytest.fixture(params=["sqlite"])
def database(request):
    """Tokens have tests of their own on both engines."""
    return request.param


@pytest.fixture
def elsewhere(account, shared) -> Iterator[Callable[[int], WeChat]]:
    """`elsewhere(port)`: a client of whatever listens there."""
    made: list[WeChat] = []

    def make(port: int) -> WeChat:
        there = account.model_copy(update={"wechat_api_base": f"http://127.0.0.1:{port}"})
        made.append(connect(there, shared, SystemClock()))
        return made[-1]

    yield make
    for each in made:
        each.close()


@contextmanager
def answering(body: bytes) -> Iterator[int]:
    """A server that gives one answer, whatever is asked; its port."""
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def once() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(65536)
                caller.sendall(answer)

        thread = threading.Thread(target=once)
        thread.start()
        yield int(server.getsockname()[1])
        thread.join(10)


def test_a_text_arrives_as_it_was_written(wechat, platform):
    """No \\u escapes, no half emoji, token in the query (platform D1)."""
    lin = platform.writer()
    wechat.send_text(lin.open_id, "你好，“林晓”🌱\n我在。")
    assert platform.heard(lin) == ["你好，“林晓”🌱\n我在。"]
    (call,) = platform.calls(SEND)
    assert "你好" in call["body"]
    assert "access_token" in call["query"]
    assert "access_token" not in call["body"]


def test_half_a_surrogate_pair_is_no_crash(wechat, platform):
    lin = platform.writer()
    wechat.send_text(lin.open_id, "好\ud83c")
    assert platform.heard(lin) == ["好?"]


def test_a_template_message_is_sent_once_for_one_client_id(wechat, platform):
    lin = platform.writer()
    template = next(each for each in platform.world.state.templates.values() if each.kind == "template")
    names = [part.split(".DATA")[0] for part in template.content.split("{{")[1:]]
    data = {name: "2026年11月24日 10:00" if "time" in name or "date" in name else "1" for name in names}
    first = wechat.send_template(lin.open_id, template.template_id, data, "http://127.0.0.1:8000/pages/", "alert-1")
    again = wechat.send_template(lin.open_id, template.template_id, data, "http://127.0.0.1:8000/pages/", "alert-1")
    assert first == again != ""
    assert len(platform.heard(lin)) == 1


def test_choices_to_tap_arrive_with_their_numbers(wechat, platform):
    lin = platform.writer()
    wechat.send_menu(
        lin.open_id, "你想找的是：", {"102": "可以报名的活动", "103": "找青春家园"}, "都不是，就换个说法。"
    )
    (bubble,) = [each for each in platform.world.state.chats[lin.open_id] if each.side == "account"]
    assert (bubble.kind, bubble.msgmenu["head"], bubble.msgmenu["tail"]) == (
        "msgmenu",
        "你想找的是：",
        "都不是，就换个说法。",
    )
    assert bubble.msgmenu["items"] == [
        {"id": "102", "content": "可以报名的活动"},
        {"id": "103", "content": "找青春家园"},
    ]


def test_the_menu_is_set(wechat, platform):
    wechat.create_menu({"button": [{"type": "click", "name": "求助", "key": "help"}]})
    (call,) = platform.calls("/cgi-bin/menu/create")
    assert json.loads(call["body"])["button"][0]["name"] == "求助"


def test_the_callbacks_addresses_are_read(wechat, platform):
    assert wechat.callback_ips() == platform.world.cast.callback_ips


def test_logging_in_sends_no_access_token(wechat, platform):
    """A broken token must not keep people out of the mini-program (platform F2.11)."""
    lin = platform.writer()
    session = wechat.code_to_session(platform.login_code(lin))
    assert (session.open_id, session.union_id) == (lin.mp_open_id, lin.union_id)
    assert session.session_key
    assert lin.mp_open_id not in repr(session)
    assert session.session_key not in repr(session)
    assert platform.calls(TOKEN) == []
    assert "access_token" not in platform.calls(SESSION)[0]["query"]


def test_a_log_in_code_works_once(wechat, platform):
    code = platform.login_code(platform.writer())
    wechat.code_to_session(code)
    with pytest.raises(WeChatRefused) as refusal:
        wechat.code_to_session(code)
    assert refusal.value.code in (40029, 40163)


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_an_errcode_is_a_refusal_though_the_status_is_200(wechat, platform):
    lin = platform.writer()
    platform.world.state.windows.clear()
    with pytest.raises(WeChatRefused) as refusal:
        wechat.send_text(lin.open_id, "晚了")
    assert (refusal.value.code, refusal.value.path) == (45015, SEND)


@pytest.mark.parametrize("kind", ["refuse", "hang", "cut_after_receive", "html_502"])
def test_what_left_and_was_not_answered_is_unknown(wechat, platform, kind):
    """It may have arrived: whoever sent it must not take it for a failure (R12)."""
    platform.breaks(SEND, kind, times=1)
    with pytest.raises(WeChatUnknown):
        wechat.send_text(platform.writer().open_id, "到了吗")
    assert len(platform.calls(SEND)) == 1


@pytest.mark.parametrize("kind", ["refuse", "cut_after_receive", "html_502"])
def test_without_a_token_nothing_has_left(wechat, platform, kind):
    platform.breaks(TOKEN, kind)
    with pytest.raises(WeChatUnreachable):
        wechat.send_text(platform.writer().open_id, "到了吗")
    assert platform.calls(SEND) == []


def test_nobody_listening_means_that_nothing_left(elsewhere, free_port):
    client = elsewhere(free_port)
    with pytest.raises(WeChatUnreachable):
        client.code_to_session("any")


def test_silence_ends_in_time(elsewhere, monkeypatch):
    """Somebody who takes the call and says nothing (F2.3: wechatpy would wait for ever)."""
    monkeypatch.setattr("core.wechat.connection.READ_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        client = elsewhere(port)
        with pytest.raises(WeChatUnknown):
            client.code_to_session("any")


@pytest.mark.parametrize("answer", [b"[1]", b'"ok"', b"", b"{", b'{"errcode":"many"}', b"\xff\xfe"])
def test_an_answer_that_makes_no_sense_is_unknown(elsewhere, answer):
    with answering(answer) as port:
        client = elsewhere(port)
        with pytest.raises(WeChatUnknown):
            client.code_to_session("any")


def test_control_characters_in_an_answer_do_not_hide_its_errcode(elsewhere):
    with answering('{"errcode":40029,"errmsg":"\x01坏的"}'.encode()) as port:
        client = elsewhere(port)
        with pytest.raises(WeChatRefused):
            client.code_to_session("any")


def test_proxies_of_the_environment_are_not_used(wechat, platform, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    wechat.send_text(platform.writer().open_id, "你好")


@pytest.mark.parametrize("code", [-1, 40001, 40014, 42001, 40003, 40164, 43004, 45009, 45011, 45015, 48001, 99999])
@pytest.mark.parametrize("minutes", [0, 10], ids=["new token", "older token"])
def test_no_code_makes_a_loop(wechat, platform, shared, code, minutes):
    """R13: at most three calls a send, for every code that is returned for ever."""
    lin = platform.writer()
    wechat.send_text(lin.open_id, "先有一个 token")
    with shared.transaction() as session:
        row = session.scalars(select(AccessToken)).one()
        row.obtained_at -= timedelta(minutes=minutes)
    before = len(platform.calls())
    platform.breaks(SEND, errcode=code)
    with pytest.raises(WeChatRefused) as refusal:
        wechat.send_text(lin.open_id, "喂")
    assert (refusal.value.path, refusal.value.code) == (SEND, code)
    assert len(platform.calls()) - before <= 3


def test_a_token_that_was_replaced_elsewhere_costs_nobody_their_message(wechat, platform, shared):
    lin = platform.writer()
    wechat.send_text(lin.open_id, "一")
    with shared.transaction() as session:
        session.scalars(select(AccessToken)).one().obtained_at -= timedelta(minutes=10)
    platform.replace_token()
    before = len(platform.calls())
    wechat.send_text(lin.open_id, "二")
    assert platform.heard(lin) == ["一", "二"]
    assert len(platform.calls()) - before == 3


@pytest.mark.parametrize("code", [-1, 40001, 42001, 40164, 45009])
def test_no_code_of_the_token_makes_a_loop(wechat, platform, code):
    platform.breaks("*", errcode=code)
    for _ in range(3):
        before = len(platform.calls())
        with pytest.raises(WeChatError):
            wechat.send_text("o_lin", "喂")
        assert len(platform.calls()) - before <= 1


@pytest.mark.parametrize("kind", ["errcode", "cut_after_receive", "html_502"])
def test_an_error_names_neither_person_nor_secret(wechat, platform, kind):
    lin = platform.writer()
    wechat.send_text(lin.open_id, "你好")
    token = platform.world.state.tokens[-1].text
    platform.breaks(SEND, kind, errcode=40003)
    with pytest.raises(WeChatError) as error:
        wechat.send_text(lin.open_id, "我的秘密")
    shown = f"{error.value!r} {error.value} {error.value.__cause__!r}"
    for secret in (lin.open_id, token, SECRET, "我的秘密"):
        assert secret not in shown


def test_what_wechat_repeats_of_us_is_not_passed_on(elsewhere):
    open_id, token = "oZQ" + "a1b2c" * 5, "x" * 60
    told = {"errcode": 40003, "errmsg": f"invalid openid {open_id} token {token} rid: 6565d4e1-1a2b3c4d-5e6f7a8b"}
    with answering(json.dumps(told).encode()) as port:
        client = elsewhere(port)
        with pytest.raises(WeChatRefused) as refusal:
            client.code_to_session("any")
        assert open_id not in str(refusal.value)
    assert token not in str(refusal.value)
    assert "rid: 6565d4e1-1a2b3c4d-5e6f7a8b" in str(refusal.value)


# --- the one that only remembers ------------------------------------------------------------------------------------


def test_null_wechat_can_all_that_wechat_can():
    verbs = {name for name in vars(WeChat) if not name.startswith("_")} - {"close"}
    assert verbs <= set(vars(NullWeChat))


def test_null_wechat_remembers_and_refuses_when_told():
    null = NullWeChat()
    null.refuses(45015)
    null.fails(WeChatUnknown("cut"))
    with pytest.raises(WeChatRefused):
        null.send_text("o_lin", "一")
    with pytest.raises(WeChatUnknown):
        null.send_text("o_lin", "二")
    null.send_text("o_lin", "三")
    assert null.sent == [("o_lin", "三")]
    null.always_fails(WeChatUnreachable("away"))
    for _ in range(2):
        with pytest.raises(WeChatUnreachable):
            null.callback_ips()

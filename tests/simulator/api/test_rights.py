"""48001 by account type, and a fuzzed table: whatever comes, the platform answers in its own way."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import api

PROBES = {
    "menu": ("GET", "/cgi-bin/menu/get"),
    "custom": ("POST", "/cgi-bin/message/custom/send"),
    "user": ("GET", "/cgi-bin/user/get"),
    "material": ("GET", "/cgi-bin/material/get_materialcount"),
    "draft": ("GET", "/cgi-bin/draft/count"),
    "publish": ("POST", "/cgi-bin/freepublish/get"),
    "mass": ("POST", "/cgi-bin/message/mass/sendall"),
    "mass_list": ("POST", "/cgi-bin/message/mass/send"),
    "template": ("POST", "/cgi-bin/message/template/send"),
    "bizsend": ("POST", "/cgi-bin/message/subscribe/bizsend"),
    "once": ("POST", "/cgi-bin/message/template/subscribe"),
    "qrcode": ("POST", "/cgi-bin/qrcode/create"),
}
FOLLOWERS = {"menu", "custom", "user", "material", "draft", "mass", "publish", "once"}
ALLOWED = {
    "personal": set(),
    "unverified-service": {"menu"},
    "verified-sub": FOLLOWERS,
    "verified-service": set(PROBES),
    "test": set(PROBES),
}


@pytest.mark.parametrize("profile", ALLOWED)
def test_a_profile_may_call_just_what_it_may(phone, platform, profile):
    phone.post("/control/profile", {"profile": profile})
    answers = {
        right: platform.get(path) if method == "GET" else platform.post(path, {})
        for right, (method, path) in PROBES.items()
    }
    allowed = {right for right, answer in answers.items() if answer.get("errcode") != 48001}
    assert allowed == ALLOWED[profile]
    assert "ip_list" in platform.get("/cgi-bin/getcallbackip")


def test_a_personal_account_still_answers_passively(phone, bot, lin):
    phone.post("/control/profile", {"profile": "personal"})
    bot.answers("只有被动回复也够用")
    assert phone.act(lin, "say", {"text": "在吗"}).text == "只有被动回复也够用"


def test_the_mini_program_s_token_opens_only_its_own_doors(platform):
    platform.use_mini()
    assert platform.get("/cgi-bin/menu/get")["errcode"] == 48001
    assert platform.post("/wxa/msg_sec_check", {})["errcode"] == 44004


def test_the_account_s_token_does_not_open_the_mini_program_s_doors(platform):
    assert platform.post("/wxa/msg_sec_check", {"content": "hi"})["errcode"] == 48001


NAMES = sorted(
    {"touser", "msgtype", "text", "news", "msgmenu", "list", "data", "button", "matchrule", "articles", "media_id"}
    | {"template_id", "openid", "user_list", "tag", "tagid", "openid_list", "filter", "action_info", "scene", "type"}
    | {"offset", "count", "index", "name", "url", "sub_button", "image_info", "jump_wxa", "content", "miniprogram"}
)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["text", "news", "click"])
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)
POSTS = [row for row in api.TABLE if row.method == "POST"]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.sampled_from(POSTS), body=BODIES)
def test_whatever_json_comes_the_answer_is_wechat_s_and_never_a_500(platform, row, body):
    query = {"access_token": platform.token}
    data = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    answer = platform.raw("POST", row.path, params=query, data=data)
    assert answer.status_code == 200, (row.path, body)
    if answer.headers["Content-Type"].startswith("application/json"):
        assert isinstance(answer.json(), dict)

"""The mini-program's API: log-in, phone numbers, session checks, content checks, codes and links."""

import hashlib

import pytest

from simulator import mini_crypto
from tests.simulator.waiting import until


@pytest.fixture
def mini(platform):
    platform.use_mini()
    return platform


@pytest.fixture
def client(phone, lin):
    """What the mini-program of 林晓 gets from its phone."""
    return lambda what, **body: phone.post(f"/phone/mini/{lin['open_id']}/{what}", body)


def to_session(platform, code: str, **changed: str) -> dict:
    chosen = platform.world.settings
    query = {"appid": chosen.mp_app_id, "secret": chosen.mp_app_secret, "js_code": code}
    return platform.raw(
        "GET", "/sns/jscode2session", params=query | {"grant_type": "authorization_code"} | changed
    ).json()


@pytest.fixture
def session(mini, client) -> dict:
    return to_session(mini, client("login")["code"])


def test_a_log_in_code_works_once_for_five_minutes_and_without_token(world, platform, client):
    code = client("login")["code"]
    first = to_session(platform, code)
    assert first.keys() == {"openid", "session_key", "unionid"}
    assert to_session(platform, code)["errcode"] == 40163
    late = client("login")["code"]
    world.clock.advance(301)
    assert to_session(platform, late)["errcode"] == 40029
    assert to_session(platform, "made-up")["errcode"] == 40029
    assert to_session(platform, late, secret="wrong")["errcode"] == 40125


def test_the_two_openids_are_different_people_to_the_api(session, lin):
    assert session["openid"] != lin["open_id"]


def test_more_than_a_hundred_log_ins_a_minute_are_45011(world, platform, client):
    world.clock.freeze()
    codes = [to_session(platform, client("login")["code"]).get("errcode", 0) for _ in range(101)]
    assert codes == [0] * 100 + [45011]


def test_a_new_log_in_makes_the_old_session_key_invalid(mini, client, session):
    def check() -> int:
        signature = mini_crypto.sign_session(session["session_key"])
        query = {"openid": session["openid"], "signature": signature, "sig_method": "hmac_sha256"}
        return mini.get("/wxa/checksession", **query)["errcode"]

    assert check() == 0
    client("login")
    assert check() == 87009


def test_a_session_key_can_be_reset(mini, session):
    signature = mini_crypto.sign_session(session["session_key"])
    query = {"openid": session["openid"], "signature": signature, "sig_method": "hmac_sha256"}
    assert mini.get("/wxa/resetusersessionkey", **query)["session_key"] != session["session_key"]


def test_the_phone_number_comes_by_code_once(mini, client, session):
    path = "/wxa/business/getuserphonenumber"
    code = client("phone")["code"]
    info = mini.post(path, {"code": code})["phone_info"]
    assert (info["purePhoneNumber"], info["watermark"]["appid"]) == ("13800000002", mini.world.settings.mp_app_id)
    assert mini.post(path, {"code": code})["errcode"] == 40163
    assert mini.post(path, {"code": client("login")["code"]})["errcode"] == 40029
    form = mini.raw("POST", path, params={"access_token": mini.token}, data={"code": code}).json()
    assert form["errcode"] == 47001


def test_the_older_encrypted_data_opens_and_may_bear_a_foreign_watermark(world, client, session):
    for foreign in (False, True):
        given = client("phone", foreign=foreign)
        found = mini_crypto.decrypt(given["encryptedData"], session["session_key"], given["iv"])
        assert (found["watermark"]["appid"] == world.settings.mp_app_id) != foreign


def test_the_raw_data_is_signed(client, session):
    given = client("profile")
    expected = hashlib.sha1((given["rawData"] + session["session_key"]).encode()).hexdigest()
    assert given["signature"] == expected


def check_text(mini, session, content: str, **changed: object) -> dict:
    body = {"version": 2, "openid": session["openid"], "scene": 2, "content": content}
    return mini.post("/wxa/msg_sec_check", body | changed)


def test_good_and_bad_texts_both_answer_errcode_0(mini, session):
    assert check_text(mini, session, "周末一起读书")["result"] == {"suggest": "pass", "label": 100}
    bad = check_text(mini, session, "想要加微信返利吗")
    assert (bad["errcode"], bad["result"]["suggest"]) == (0, "risky")
    assert "加微信返利" in [each.get("keyword") for each in bad["detail"]]


def test_the_frozen_first_version_answers_87014(mini):
    assert mini.post("/wxa/msg_sec_check", {"content": "加微信返利"})["errcode"] == 87014
    assert mini.post("/wxa/msg_sec_check", {"content": "读书"})["errcode"] == 0


def test_a_text_check_needs_a_scene_and_a_user_of_the_last_two_hours(world, mini, session, lin):
    assert check_text(mini, session, "好", scene=9)["errcode"] == 40129
    assert check_text(mini, session, "好", openid=lin["open_id"])["errcode"] == 40003
    assert check_text(mini, session, "字" * 2501)["errcode"] == 45002
    world.clock.advance(7100)
    mini.use_mini()
    assert check_text(mini, session, "好")["errcode"] == 0
    world.clock.advance(200)
    assert check_text(mini, session, "好")["errcode"] == 61010


def media_check(mini, session) -> str:
    body = {"media_url": "http://u.example/a.png", "media_type": 2, "version": 2, "scene": 1}
    return mini.post("/wxa/media_check_async", body | {"openid": session["openid"]})["trace_id"]


def verdicts(bot) -> list:
    return [each for each in bot.received if each.field("Event") == "wxa_media_check"]


def test_a_media_verdict_comes_later_and_perhaps_twice(phone, mini, bot, session):
    phone.post("/control/outcomes", {"media_suggest": "risky", "media_label": "20002", "media_copies": 2})
    trace_id = media_check(mini, session)
    found = until(lambda: verdicts(bot)[1:] and verdicts(bot))
    assert {each.field("trace_id") for each in found} == {trace_id}
    assert found[0].xml.findtext("result/suggest") == "risky"


def test_a_media_verdict_may_wear_the_first_shape_and_outrun_the_answer(phone, mini, bot, session):
    phone.post("/control/outcomes", {"media_version": 1, "media_suggest": "risky", "media_early": True})
    trace_id = media_check(mini, session)
    (found,) = until(lambda: verdicts(bot))
    assert (found.field("isrisky"), found.field("trace_id")) == ("1", trace_id)
    assert found.xml.find("result") is None


def test_a_code_picture_is_bytes_and_an_error_is_json(mini):
    path, query = "/wxa/getwxacodeunlimit", {"access_token": mini.token}
    good = mini.raw("POST", path, params=query, json={"scene": "id=1", "page": "pages/event"})
    assert good.content.startswith(b"\x89PNG")
    for body, errcode in (
        ({"scene": "中文"}, 40169),
        ({"scene": "x" * 33}, 40169),
        ({"scene": "a", "page": "/pages/event"}, 41030),
        ({"scene": "a", "width": 20}, 40097),
    ):
        assert mini.post(path, body)["errcode"] == errcode


def test_links_into_the_mini_program_expire_within_thirty_days(mini):
    path, target = "/wxa/generatescheme", {"jump_wxa": {"path": "pages/event", "query": "id=1"}}
    assert mini.post(path, target | {"expire_type": 1, "expire_interval": 30})["openlink"].startswith("weixin://")
    assert mini.post(path, target | {"expire_type": 1, "expire_interval": 31})["errcode"] == 85401
    assert mini.post("/wxa/generate_urllink", {"path": "pages/event"})["url_link"].startswith("https://wxaurl.cn/")

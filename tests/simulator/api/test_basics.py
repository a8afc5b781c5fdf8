"""Tokens, conventions and quotas of the platform port."""

import json
import re

import pytest

RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")
IPS = "/cgi-bin/getcallbackip"


def use(platform, token: str) -> dict:
    return platform.raw("GET", IPS, params={"access_token": token}).json()


def advance(world, seconds: float) -> None:
    world.clock.advance(seconds)


def test_an_error_is_http_200_with_errcode_and_a_rid_that_can_be_looked_up(platform):
    answer = platform.raw("GET", IPS)
    assert answer.status_code == 200
    assert answer.json()["errcode"] == 41001
    assert RID.search(answer.json()["errmsg"])
    rid = answer.json()["errmsg"].rpartition(" ")[2]
    assert platform.post("/cgi-bin/openapi/rid/get", {"rid": rid})["request"]["request_url"] == IPS


def test_an_unknown_path_is_a_404_page(platform):
    answer = platform.raw("GET", "/cgi-bin/nothing/here")
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (404, "text/html")


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wxnobody"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "guessed"}, 40125),
    ],
)
def test_a_token_is_refused_with_the_code_of_what_is_wrong(platform, changed, errcode):
    assert platform.fetch_token(**changed)["errcode"] == errcode
    names = {"secret": "secret", "appid": "appid", "grant_type": "grant_type"}
    assert platform.stable(**{names[name]: value for name, value in changed.items()})["errcode"] == errcode


def test_a_made_up_token_is_40001_and_an_expired_one_42001(world, platform):
    assert use(platform, "made-up")["errcode"] == 40001
    token = platform.fetch_token()["access_token"]
    advance(world, 7199)
    assert "ip_list" in use(platform, token)
    advance(world, 2)
    assert use(platform, token)["errcode"] == 42001


def test_a_replaced_token_works_five_more_minutes(world, platform):
    old = platform.fetch_token()["access_token"]
    new = platform.fetch_token()["access_token"]
    assert old != new
    advance(world, 299)
    assert "ip_list" in use(platform, old)
    advance(world, 2)
    assert use(platform, old)["errcode"] == 40001
    assert "ip_list" in use(platform, new)


def test_the_two_kinds_of_token_do_not_touch_each_other(world, platform):
    stable = platform.stable()["access_token"]
    plain = platform.fetch_token()["access_token"]
    platform.stable(force_refresh=True)
    platform.fetch_token()
    advance(world, 60)
    assert "ip_list" in use(platform, stable)
    assert "ip_list" in use(platform, plain)


def test_the_stable_token_stays_the_same_until_five_minutes_before_its_end(world, platform):
    first = platform.stable()
    advance(world, 3600)
    again = platform.stable()
    assert again["access_token"] == first["access_token"]
    assert again["expires_in"] == pytest.approx(3600, abs=2)
    advance(world, 3600 - 299)
    last = platform.stable()
    assert last["access_token"] != first["access_token"]
    assert "ip_list" in use(platform, first["access_token"])


def test_a_forced_refresh_needs_thirty_seconds_and_works_twenty_times_a_day(world, platform):
    # Noon, so that the minutes below stay within one day.
    world.clock.move_to(world.clock.now() // 86400 * 86400 + 86400 + 4 * 3600)
    current = platform.stable()["access_token"]
    assert platform.stable(force_refresh=True)["access_token"] == current
    seen = {current}
    for _ in range(25):
        advance(world, 31)
        seen.add(platform.stable(force_refresh=True)["access_token"])
    assert len(seen) == 21


def test_the_daily_count_ends_at_45009_and_starts_anew_at_midnight_or_on_clear(world, platform):
    world.state.limits["/cgi-bin/token"] = 3
    token = [platform.fetch_token() for _ in range(3)][-1]["access_token"]
    assert platform.fetch_token()["errcode"] == 45009
    quota = platform.raw(
        "POST", "/cgi-bin/openapi/quota/get", params={"access_token": token}, json={"cgi_path": "/cgi-bin/token"}
    ).json()["quota"]
    assert quota == {"daily_limit": 3, "used": 3, "remain": 0}
    chosen = world.settings
    body = {"appid": chosen.app_id, "appsecret": chosen.app_secret}
    assert platform.raw("POST", "/cgi-bin/clear_quota/v2", json=body).json()["errcode"] == 0
    assert "access_token" in platform.fetch_token()
    [platform.fetch_token() for _ in range(3)]
    advance(world, 86400)
    assert "access_token" in platform.fetch_token()


def test_quotas_can_be_cleared_ten_times_a_month(world, platform):
    body = {"appid": world.settings.app_id}
    codes = [platform.post("/cgi-bin/clear_quota", body)["errcode"] for _ in range(11)]
    assert codes == [0] * 10 + [48006]


def test_one_path_can_be_cleared(world, platform):
    world.state.limits["/cgi-bin/menu/get"] = 1
    platform.get("/cgi-bin/menu/get")
    assert platform.get("/cgi-bin/menu/get")["errcode"] == 45009
    assert platform.post("/cgi-bin/openapi/quota/clear", {"cgi_path": "/cgi-bin/menu/get"})["errcode"] == 0
    assert platform.get("/cgi-bin/menu/get")["errcode"] == 46003


def test_a_test_account_has_small_quotas(world, platform):
    ask = {"cgi_path": "/cgi-bin/token"}
    assert platform.post("/cgi-bin/openapi/quota/get", ask)["quota"]["daily_limit"] == 2000
    world.state.profile = "test"
    assert platform.post("/cgi-bin/openapi/quota/get", ask)["quota"]["daily_limit"] == 200


def test_a_stranger_s_address_is_40164_with_the_address(phone, platform):
    phone.post("/control/whitelist", {"ips": ["10.0.0.1"]})
    refused = platform.fetch_token()
    assert refused["errcode"] == 40164
    assert "127.0.0.1" in refused["errmsg"]
    phone.post("/control/whitelist", {"ips": None})
    assert "access_token" in platform.fetch_token()


def test_the_wrong_method_is_43001_or_43002(platform):
    assert platform.post(IPS, {})["errcode"] == 43001
    assert platform.get("/cgi-bin/message/custom/send")["errcode"] == 43002


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'"text"', b"a=1&b=2"])
def test_a_body_that_is_no_json_object_is_47001(platform, body):
    query = {"access_token": platform.token}
    assert platform.raw("POST", "/cgi-bin/message/custom/send", params=query, data=body).json()["errcode"] == 47001


def test_half_a_surrogate_pair_is_47001(platform):
    query, body = {"access_token": platform.token}, b'{"tag": {"id": 100}, "half": "\\ud83d"}'
    assert platform.raw("POST", "/cgi-bin/tags/delete", params=query, data=body).json()["errcode"] == 47001


def test_an_empty_body_is_44002(platform):
    query = {"access_token": platform.token}
    assert platform.raw("POST", "/cgi-bin/message/custom/send", params=query).json()["errcode"] == 44002


def test_a_token_in_the_body_is_not_read(platform):
    body = {"access_token": platform.token, "touser": "x"}
    assert platform.raw("POST", "/cgi-bin/message/custom/send", json=body).json()["errcode"] == 47001
    assert platform.raw("POST", "/cgi-bin/message/custom/send", data=body).json()["errcode"] == 47001


def test_escaped_characters_in_texts_are_40033(platform, lin):
    message = {"touser": lin["open_id"], "msgtype": "text", "text": {"content": "你好"}}
    escaped = json.dumps(message).encode()
    query = {"access_token": platform.token}
    answer = platform.raw("POST", "/cgi-bin/message/custom/send", params=query, data=escaped).json()
    assert answer["errcode"] == 40033
    message["text"]["content"] = "反斜杠 \\u4f60 是字面文字"
    assert platform.post("/cgi-bin/message/custom/send", message)["errcode"] == 0


def test_the_addresses_and_the_network_check(platform):
    assert platform.get("/cgi-bin/get_api_domain_ip")["ip_list"]
    check = platform.post("/cgi-bin/callback/check", {"action": "all", "check_operator": "DEFAULT"})
    assert check["dns"]
    assert check["ping"]
    assert platform.post("/cgi-bin/callback/check", {"action": "guess"})["errcode"] == 40035

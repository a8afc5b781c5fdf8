"""Web OAuth: the page, the code that works once, the user's own tokens."""

from urllib.parse import parse_qs, urlsplit

import pytest


@pytest.fixture
def code(platform, lin):
    def give(scope: str = "snsapi_base") -> str:
        query = {"appid": platform.world.settings.app_id, "redirect_uri": "http://bot.example/in?x=1", "scope": scope}
        query |= {"response_type": "code", "state": "s1", "as": lin["open_id"]}
        answer = platform.raw("GET", "/connect/oauth2/authorize", params=query, allow_redirects=False)
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert (back["state"], back["x"]) == (["s1"], ["1"])
        return back["code"][0]

    return give


def exchange(platform, code: str, **changed: str) -> dict:
    chosen = platform.world.settings
    query = {"appid": chosen.app_id, "secret": chosen.app_secret, "code": code, "grant_type": "authorization_code"}
    return platform.raw("GET", "/sns/oauth2/access_token", params=query | changed).json()


def test_a_code_becomes_an_openid_once(platform, lin, code):
    given = code()
    first = exchange(platform, given)
    assert (first["openid"], first["scope"], "unionid" in first) == (lin["open_id"], "snsapi_base", False)
    assert exchange(platform, given)["errcode"] == 40163
    assert exchange(platform, "made-up")["errcode"] == 40029


def test_a_code_is_over_after_five_minutes(world, platform, code):
    given = code()
    world.clock.advance(301)
    assert exchange(platform, given)["errcode"] == 40029


def test_the_user_s_token_is_not_the_account_s(platform, lin, code):
    token = exchange(platform, code("snsapi_userinfo"))["access_token"]
    assert platform.raw("GET", "/cgi-bin/getcallbackip", params={"access_token": token}).json()["errcode"] == 40001
    info = platform.raw("GET", "/sns/userinfo", params={"access_token": token, "openid": lin["open_id"]}).json()
    assert info["nickname"] == "林晓"
    assert (
        platform.raw("GET", "/sns/auth", params={"access_token": token, "openid": lin["open_id"]}).json()["errcode"]
        == 0
    )


def test_the_small_scope_does_not_show_the_profile(platform, lin, code):
    token = exchange(platform, code())["access_token"]
    query = {"access_token": token, "openid": lin["open_id"]}
    assert platform.raw("GET", "/sns/userinfo", params=query).json()["errcode"] == 48001


def test_a_refresh_token_gives_a_new_one_for_thirty_days(world, platform, code):
    again = exchange(platform, code())["refresh_token"]
    query = {"appid": world.settings.app_id, "grant_type": "refresh_token", "refresh_token": again}
    assert "access_token" in platform.raw("GET", "/sns/oauth2/refresh_token", params=query).json()
    world.clock.advance(30 * 86400 + 1)
    assert platform.raw("GET", "/sns/oauth2/refresh_token", params=query).json()["errcode"] == 42002


def test_without_a_person_the_page_asks_who_it_is_and_shows_names_as_text(platform, code):
    query = {"appid": platform.world.settings.app_id, "redirect_uri": "http://b.example/", "scope": "snsapi_base"}
    page = platform.raw("GET", "/connect/oauth2/authorize", params=query).text
    assert "林晓" in page
    assert "<script>" not in page


def test_the_page_sends_nobody_to_a_script(platform, lin):
    query = {"appid": platform.world.settings.app_id, "redirect_uri": "javascript:alert(1)", "scope": "snsapi_base"}
    answer = platform.raw("GET", "/connect/oauth2/authorize", params=query | {"as": lin["open_id"]})
    assert answer.status_code == 400


def test_the_page_ticket_stays_the_same_while_it_lasts(world, platform):
    first = platform.get("/cgi-bin/ticket/getticket", type="jsapi")
    assert platform.get("/cgi-bin/ticket/getticket", type="jsapi")["ticket"] == first["ticket"]
    world.clock.advance(7000)
    assert platform.get("/cgi-bin/ticket/getticket", type="jsapi")["ticket"] != first["ticket"]

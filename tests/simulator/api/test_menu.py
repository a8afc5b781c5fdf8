"""The menu: the platform's checks, conditional menus, and what phones show."""

import pytest

CLICK = {"type": "click", "name": "找附近的家", "key": "venues.ask"}
VIEW = {"type": "view", "name": "官网", "url": "http://site.example/"}
CREATE = "/cgi-bin/menu/create"


@pytest.fixture
def menu(platform) -> dict:
    made = {"button": [{"name": "学习", "sub_button": [CLICK | {"name": "专栏", "key": "study.list"}]}, CLICK, VIEW]}
    assert platform.post(CREATE, made)["errcode"] == 0
    return made


def code(platform, *buttons: dict) -> int:
    return platform.post(CREATE, {"button": list(buttons)})["errcode"]


def test_a_menu_is_kept_shown_and_deleted(phone, platform, menu):
    assert platform.get("/cgi-bin/menu/get")["menu"] == menu
    assert phone.get("/phone/state")["menu"] == {"buttons": menu["button"]}
    console = platform.get("/cgi-bin/get_current_selfmenu_info")["selfmenu_info"]["button"]
    assert console[0]["sub_button"]["list"][0]["key"] == "study.list"
    assert platform.get("/cgi-bin/menu/delete")["errcode"] == 0
    assert platform.get("/cgi-bin/menu/get")["errcode"] == 46003
    assert platform.get("/cgi-bin/get_current_selfmenu_info") == {"is_menu_open": 0}


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([CLICK] * 4, 40016),
        ([CLICK | {"name": "六个汉字的名"}], 40018),
        ([CLICK | {"name": ""}], 40018),
        ([CLICK | {"type": "dance"}], 40017),
        ([{"name": "空"}], 40017),
        ([CLICK | {"key": "k" * 129}], 40019),
        ([CLICK | {"key": ""}], 40019),
        ([VIEW | {"url": "http://" + "u" * 1020}], 40020),
        ([VIEW | {"url": "javascript:alert(1)"}], 40055),
        ([{"name": "多", "sub_button": [CLICK] * 6}], 40023),
        ([{"name": "深", "sub_button": [{"name": "更深", "sub_button": [CLICK]}]}], 40022),
        ([{"name": "子", "sub_button": [CLICK | {"type": "dance"}]}], 40024),
        ([{"name": "子", "sub_button": [CLICK | {"name": "字" * 21}]}], 40025),
        ([{"name": "子", "sub_button": [CLICK | {"key": "k" * 129}]}], 40026),
        ([{"name": "子", "sub_button": [VIEW | {"url": "u" * 1025}]}], 40027),
        ([{"name": "子", "sub_button": [VIEW | {"url": "ftp://a"}]}], 40054),
        ([VIEW | {"type": "miniprogram", "appid": "wxother", "pagepath": "p"}], 45064),
        ([{"type": "media_id", "name": "图"}], 40007),
    ],
)
def test_a_wrong_menu_gets_its_code_and_changes_nothing(platform, menu, buttons, errcode):
    assert code(platform, *buttons) == errcode
    assert platform.get("/cgi-bin/menu/get")["menu"] == menu


def test_names_are_measured_in_bytes(platform):
    assert code(platform, CLICK | {"name": "五个汉字啊"}) == 0
    assert code(platform, CLICK | {"name": "sixteen bytes ok"}) == 0


def test_a_tap_sends_the_event_of_the_button_s_type(phone, platform, bot, lin, menu):
    phone.act(lin, "tap", {"key": "venues.ask"})
    assert (bot.received[-1].field("Event"), bot.received[-1].field("EventKey")) == ("CLICK", "venues.ask")
    phone.act(lin, "tap", {"url": "http://site.example/"})
    assert (bot.received[-1].field("Event"), bot.received[-1].field("EventKey")) == ("VIEW", "http://site.example/")


@pytest.mark.parametrize(
    ("kind", "follows"), [("location_select", "location"), ("pic_weixin", "image"), ("scancode_waitmsg", None)]
)
def test_a_button_that_asks_for_something_also_sends_it(phone, platform, bot, lin, kind, follows):
    assert code(platform, CLICK | {"type": kind}) == 0
    bot.received.clear()
    phone.act(lin, "tap", {"key": "venues.ask"})
    platform.world.pusher.drain()
    assert {each.field("Event") or each.field("MsgType") for each in bot.received} == {kind, follows} - {None}


@pytest.fixture
def teacher_tag(platform, lin) -> int:
    tag = platform.post("/cgi-bin/tags/create", {"tag": {"name": "老师"}})["tag"]["id"]
    platform.post("/cgi-bin/tags/members/batchtagging", {"openid_list": [lin["open_id"]], "tagid": tag})
    return tag


def test_the_newest_conditional_menu_that_fits_wins(platform, lin, menu, teacher_tag):
    for name in ("旧", "新"):
        body = {"button": [CLICK | {"name": name}], "matchrule": {"tag_id": str(teacher_tag)}}
        assert platform.post("/cgi-bin/menu/addconditional", body)["menuid"]
    matched = platform.post("/cgi-bin/menu/trymatch", {"user_id": lin["open_id"]})
    assert matched["button"][0]["name"] == "新"
    assert len(platform.get("/cgi-bin/menu/get")["conditionalmenu"]) == 2


def test_deleting_the_default_deletes_the_conditional_ones(platform, lin, menu, teacher_tag):
    platform.post("/cgi-bin/menu/addconditional", {"button": [CLICK], "matchrule": {"tag_id": teacher_tag}})
    platform.get("/cgi-bin/menu/delete")
    assert platform.post("/cgi-bin/menu/trymatch", {"user_id": lin["open_id"]})["errcode"] == 46003


@pytest.mark.parametrize(
    ("rule", "errcode"), [({"sex": "1"}, 65320), ({"language": "zh_CN"}, 65320), ({}, 65304), ({"tag_id": 999}, 65310)]
)
def test_retired_empty_and_unknown_rules_are_refused(platform, menu, rule, errcode):
    assert platform.post("/cgi-bin/menu/addconditional", {"button": [CLICK], "matchrule": rule})["errcode"] == errcode


def test_a_conditional_menu_needs_a_default_one(platform, teacher_tag):
    body = {"button": [CLICK], "matchrule": {"tag_id": teacher_tag}}
    assert platform.post("/cgi-bin/menu/addconditional", body)["errcode"] == 65303


def test_a_conditional_menu_can_be_deleted_once(platform, menu, teacher_tag):
    body = {"button": [CLICK], "matchrule": {"tag_id": teacher_tag}}
    menu_id = platform.post("/cgi-bin/menu/addconditional", body)["menuid"]
    path = "/cgi-bin/menu/delconditional"
    assert [platform.post(path, {"menuid": menu_id})["errcode"] for _ in range(2)] == [0, 65317]
    assert platform.post(path, {})["errcode"] == 65311


def test_a_phone_reads_the_menu_again_only_after_five_minutes(world, phone, platform, lin, menu):
    def shown() -> str:
        return phone.get(f"/phone/chats/{lin['open_id']}?after=0")["menu"]["button"][-1]["name"]

    assert shown() == "官网"
    assert code(platform, CLICK | {"name": "新菜单"}) == 0
    assert shown() == "官网"
    world.clock.advance(301)
    assert shown() == "新菜单"

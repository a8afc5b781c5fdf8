"""Followers, tags, remarks, the blacklist."""

import pytest


@pytest.fixture
def tag(platform) -> int:
    return platform.post("/cgi-bin/tags/create", {"tag": {"name": "志愿者"}})["tag"]["id"]


def test_a_follower_has_no_name_or_face_and_a_stranger_only_an_openid(phone, platform, lin):
    info = platform.get("/cgi-bin/user/info", openid=lin["open_id"], lang="zh_CN")
    assert (info["subscribe"], info["nickname"], info["headimgurl"]) == (1, "", "")
    assert info["unionid"]
    rain = phone.find("小雨")["open_id"]
    assert platform.get("/cgi-bin/user/info", openid=rain) == {"subscribe": 0, "openid": rain}
    assert platform.get("/cgi-bin/user/info", openid="oNobody")["errcode"] == 40003


def test_how_someone_came_is_remembered(phone, platform):
    rain = phone.find("小雨")
    phone.act(rain, "scan", {"scene": "referral.start"})
    info = platform.get("/cgi-bin/user/info", openid=rain["open_id"])
    assert (info["subscribe_scene"], info["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", "referral.start")


def test_many_at_once(platform, lin):
    wanted = {"user_list": [{"openid": lin["open_id"], "lang": "zh_CN"}]}
    assert platform.post("/cgi-bin/user/info/batchget", wanted)["user_info_list"][0]["subscribe"] == 1
    assert platform.post("/cgi-bin/user/info/batchget", {"user_list": []})["errcode"] == 40035


def test_the_list_ends_with_count_zero_and_no_data(platform, lin):
    first = platform.get("/cgi-bin/user/get")
    assert (first["total"], first["data"]["openid"]) == (1, [lin["open_id"]])
    after = platform.get("/cgi-bin/user/get", next_openid=first["next_openid"])
    assert after["count"] == 0
    assert "data" not in after


def test_a_remark_of_thirty_characters_is_too_long(platform, lin):
    path = "/cgi-bin/user/info/updateremark"
    assert platform.post(path, {"openid": lin["open_id"], "remark": "字" * 29})["errcode"] == 0
    assert platform.post(path, {"openid": lin["open_id"], "remark": "字" * 30})["errcode"] == 40035
    assert platform.get("/cgi-bin/user/info", openid=lin["open_id"])["remark"] == "字" * 29


def test_tags_are_put_on_and_taken_off(platform, lin, tag):
    body = {"openid_list": [lin["open_id"]], "tagid": tag}
    assert platform.post("/cgi-bin/tags/members/batchtagging", body)["errcode"] == 0
    assert platform.post("/cgi-bin/tags/getidlist", {"openid": lin["open_id"]})["tagid_list"] == [tag]
    assert platform.post("/cgi-bin/user/tag/get", {"tagid": tag})["data"]["openid"] == [lin["open_id"]]
    assert platform.post("/cgi-bin/tags/members/batchuntagging", body)["errcode"] == 0
    assert platform.post("/cgi-bin/tags/getidlist", {"openid": lin["open_id"]})["tagid_list"] == []


def test_deleting_a_tag_takes_it_off_everyone(platform, lin, tag):
    platform.post("/cgi-bin/tags/members/batchtagging", {"openid_list": [lin["open_id"]], "tagid": tag})
    assert platform.post("/cgi-bin/tags/delete", {"tag": {"id": tag}})["errcode"] == 0
    assert platform.post("/cgi-bin/tags/getidlist", {"openid": lin["open_id"]})["tagid_list"] == []
    assert tag not in [each["id"] for each in platform.get("/cgi-bin/tags/get")["tags"]]


def test_renaming_a_tag(platform, tag):
    assert platform.post("/cgi-bin/tags/update", {"tag": {"id": tag, "name": "老师"}})["errcode"] == 0
    assert "老师" in [each["name"] for each in platform.get("/cgi-bin/tags/get")["tags"]]


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        ("create", {"tag": {"name": "志愿者"}}, 45157),
        ("create", {"tag": {"name": "字" * 11}}, 45158),
        ("update", {"tag": {"id": 2, "name": "星"}}, 45058),
        ("delete", {"tag": {"id": 999}}, 45159),
        ("members/batchtagging", {"tagid": 999, "openid_list": ["x"]}, 45159),
        ("members/batchtagging", {"tagid": 100, "openid_list": ["x"]}, 40003),
        ("members/batchtagging", {"tagid": 100, "openid_list": []}, 40032),
    ],
)
def test_tag_mistakes_get_their_codes(platform, tag, path, body, errcode):
    assert platform.post(f"/cgi-bin/tags/{path}", body)["errcode"] == errcode


def test_a_hundred_tags_are_enough(platform):
    answers = [platform.post("/cgi-bin/tags/create", {"tag": {"name": f"标签{n}"}}) for n in range(101)]
    assert [each.get("errcode", 0) for each in answers] == [0] * 100 + [45056]


def test_the_blacklist_comes_and_goes(platform, lin):
    platform.post("/cgi-bin/tags/members/batchblacklist", {"openid_list": [lin["open_id"]]})
    assert platform.post("/cgi-bin/tags/members/getblacklist", {})["data"]["openid"] == [lin["open_id"]]
    platform.post("/cgi-bin/tags/members/batchunblacklist", {"openid_list": [lin["open_id"]]})
    assert platform.post("/cgi-bin/tags/members/getblacklist", {})["total"] == 0

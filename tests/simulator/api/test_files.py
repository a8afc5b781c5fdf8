"""Media and material, QR codes and short keys."""

import pytest

UPLOAD, GET = "/cgi-bin/media/upload", "/cgi-bin/media/get"


def test_a_temporary_file_lasts_three_days(world, platform):
    media_id = platform.upload(UPLOAD, "image", "a.png", b"\x89PNG")["media_id"]
    query = {"access_token": platform.token, "media_id": media_id}
    got = platform.raw("GET", GET, params=query)
    assert (got.content, got.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    world.clock.advance(3 * 86400 + 1)
    platform.renew_token()
    assert platform.get(GET, media_id=media_id)["errcode"] == 40007


def test_a_video_is_fetched_by_address(platform):
    media_id = platform.upload(UPLOAD, "video", "a.mp4", b"mp4")["media_id"]
    assert platform.get(GET, media_id=media_id)["video_url"].startswith("http")


@pytest.mark.parametrize(
    ("kind", "name", "content", "errcode"),
    [
        ("sound", "a.mp3", b"x", 40004),
        ("image", "a.exe", b"x", 40005),
        ("image", "a.png", b"", 44001),
        ("thumb", "a.jpg", b"x" * (64 * 1024 + 1), 40006),
        ("voice", "a.amr", b"x" * (2 * 1024 * 1024 + 1), 40006),
        ("video", "a.mp4", b"x" * (10 * 1024 * 1024 + 1), 45001),
    ],
)
def test_a_file_that_does_not_fit_gets_its_code(platform, kind, name, content, errcode):
    assert platform.upload(UPLOAD, kind, name, content)["errcode"] == errcode


def test_no_file_at_all_is_41005(platform):
    query = {"access_token": platform.token, "type": "image"}
    assert platform.raw("POST", UPLOAD, params=query, files={"other": ("a.png", b"x")}).json()["errcode"] == 41005


def test_permanent_material_is_counted_listed_fetched_and_deleted(world, platform):
    path = "/cgi-bin/material/"
    media_id = platform.upload(f"{path}add_material", "image", "cover.png", b"png")["media_id"]
    assert platform.get(f"{path}get_materialcount")["image_count"] == 1
    listed = platform.post(f"{path}batchget_material", {"type": "image", "offset": 0, "count": 20})
    assert listed["item"][0]["name"] == "cover.png"
    world.clock.advance(30 * 86400)
    platform.renew_token()
    query = {"access_token": platform.token}
    got = platform.raw("POST", f"{path}get_material", params=query, json={"media_id": media_id})
    assert got.content == b"png"
    assert platform.post(f"{path}del_material", {"media_id": media_id})["errcode"] == 0
    assert platform.post(f"{path}del_material", {"media_id": media_id})["errcode"] == 40007


def test_a_permanent_video_needs_its_words(platform):
    path = "/cgi-bin/material/add_material"
    assert platform.upload(path, "video", "a.mp4", b"mp4")["errcode"] == 47001
    words = '{"title": "团课", "introduction": "第一讲"}'
    media_id = platform.upload(path, "video", "a.mp4", b"mp4", description=words)["media_id"]
    assert platform.post("/cgi-bin/material/get_material", {"media_id": media_id})["title"] == "团课"


def test_a_body_picture_has_a_lasting_address_that_opens(world, platform):
    url = platform.upload("/cgi-bin/media/uploadimg", "", "a.png", b"png")["url"]
    world.clock.advance(30 * 86400)
    assert platform.raw("GET", url.removeprefix(world.api_url)).content == b"png"


def test_a_fan_s_picture_can_be_fetched_both_ways(world, phone, platform, bot, lin):
    phone.act(lin, "image", {})
    got = bot.received[-1]
    query = {"access_token": platform.token, "media_id": got.field("MediaId")}
    fetched = platform.raw("GET", GET, params=query).content
    assert fetched == platform.raw("GET", got.field("PicUrl").removeprefix(world.api_url)).content
    assert fetched.startswith(b"\x89PNG")


def scene(action: str, **values: object) -> dict:
    return {"action_name": action, "action_info": {"scene": values}, "expire_seconds": 600}


def test_a_made_code_brings_its_scene_to_newcomer_and_follower(world, phone, platform, bot):
    made = platform.post("/cgi-bin/qrcode/create", scene("QR_LIMIT_STR_SCENE", scene_str="event:7"))
    assert "expire_seconds" not in made
    picture = platform.raw("GET", "/cgi-bin/showqrcode", params={"ticket": made["ticket"]})
    assert picture.headers["Content-Type"].startswith("image/")
    rain = phone.find("小雨")
    for key in ("qrscene_event:7", "event:7"):
        phone.act(rain, "scan", {"scene": "event:7"})
        got = bot.received[-1]
        assert (got.field("EventKey"), got.field("Ticket")) == (key, made["ticket"])
    assert got.field("Event") == "SCAN"


def test_a_temporary_code_expires_and_a_bad_ticket_is_a_404(world, platform):
    ticket = platform.post("/cgi-bin/qrcode/create", scene("QR_SCENE", scene_id=42))["ticket"]
    assert platform.raw("GET", "/cgi-bin/showqrcode", params={"ticket": ticket}).status_code == 200
    world.clock.advance(601)
    assert platform.raw("GET", "/cgi-bin/showqrcode", params={"ticket": ticket}).status_code == 404
    assert platform.raw("GET", "/cgi-bin/showqrcode", params={"ticket": "x"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        scene("QR_ROUND", scene_id=1),
        scene("QR_LIMIT_SCENE", scene_id=100_001),
        scene("QR_STR_SCENE", scene_str=""),
        scene("QR_STR_SCENE", scene_str="s" * 65),
        scene("QR_SCENE", scene_id=1) | {"expire_seconds": 2_592_001},
    ],
)
def test_a_code_that_cannot_be_made(platform, body):
    assert platform.post("/cgi-bin/qrcode/create", body)["errcode"] == 40035


def test_a_short_key_keeps_its_data_until_it_expires(world, platform):
    made = platform.post("/cgi-bin/shorten/gen", {"long_data": "很长的话", "expire_seconds": 100})["short_key"]
    assert len(made) == 15
    assert platform.post("/cgi-bin/shorten/fetch", {"short_key": made})["long_data"] == "很长的话"
    world.clock.advance(101)
    assert platform.post("/cgi-bin/shorten/fetch", {"short_key": made})["errcode"] == 9410011
    assert platform.post("/cgi-bin/shorten/fetch", {"short_key": "x"})["errcode"] == 9410012
    assert platform.post("/cgi-bin/shorten/fetch", {})["errcode"] == 9410010

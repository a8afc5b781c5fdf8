"""The phone's JSON API: the contract that the page is written against."""

import json
import threading

import pytest
import requests

from simulator.client import PhoneProblem


def url(world, rest: str) -> str:
    return f"{world.phone_url}{rest}"


def test_the_state_has_all_the_page_shows(phone):
    state = phone.get("/phone/state")
    assert state.keys() >= {"account", "clock", "faults", "profiles", "modes", "cast", "menu", "scenes", "places"}
    assert state["account"].keys() >= {"name", "appid", "gh_id", "profile", "mode", "callback", "reachable"}
    assert state["clock"].keys() == {"now", "offset_s", "frozen"}
    assert state["clock"]["now"].endswith("+08:00")
    assert state["cast"][0].keys() >= {"open_id", "name", "age", "about", "avatar", "subscribed", "unread"}
    assert state["menu"] is None
    scenes = {"study.list", "events.list", "venues.ask", "referral.start", "event:301"}
    assert scenes <= {each["scene"] for each in state["scenes"]}
    assert {"紫荆山", "郑州东站", "二七广场", "航空港区"} <= {each["label"] for each in state["places"]}


def test_the_cast_has_a_prankster_and_a_very_long_name(phone):
    names = [each["name"] for each in phone.get("/phone/state")["cast"]]
    assert any("<script>" in name for name in names)
    assert max(len(name) for name in names) > 30
    assert len(names) >= 8


def test_a_stranger_cannot_say_or_tap(world, phone):
    rain = phone.find("小雨")["open_id"]
    for verb, body in (
        ("say", {"text": "在吗"}),
        ("tap", {"key": "menu"}),
        ("location", {"latitude": 1, "longitude": 2}),
    ):
        answer = requests.post(url(world, f"/phone/chats/{rain}/{verb}"), json=body, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_following")


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("say", {"text": ""}, "empty_text"),
        ("say", {"text": 7}, "bad_field"),
        ("say", {"text": "半个\ud83d"}, "bad_json"),
        ("say", {"text": "好", "bizmsgmenuid": [1]}, "bad_field"),
        ("tap", {}, "bad_field"),
        ("location", {"latitude": "here"}, "bad_field"),
        ("image", {"data_url": "data:text/html,x"}, "bad_picture"),
        ("image", {"data_url": "data:image/png;base64,*"}, "bad_picture"),
        ("follow", {}, "already_following"),
        ("event", {"event": "x", "fields": []}, "bad_field"),
        ("dance", {}, "http_404"),
    ],
)
def test_a_mistake_is_answered_in_the_one_error_shape(world, lin, verb, body, code):
    answer = requests.post(url(world, f"/phone/chats/{lin['open_id']}/{verb}"), json=body, timeout=5)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code
    assert answer.json()["error"]


def test_a_form_from_a_foreign_page_is_not_taken(world, lin):
    body = '{"text": "偷偷说"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = requests.post(
            url(world, f"/phone/chats/{lin['open_id']}/say"),
            data=body.encode(),
            headers={"Content-Type": kind},
            timeout=5,
        )
        assert answer.json()["code"] == "bad_json"


def test_all_that_one_can_do_reaches_the_bot(phone, bot, lin):
    steps = [
        ("say", {"text": "你好"}, "text", {"Content": "你好"}),
        ("image", {}, "image", {}),
        ("voice", {"recognition": "我想报名"}, "voice", {"Recognition": "我想报名", "Format": "amr"}),
        ("location", {"latitude": 34.7586, "longitude": 113.6836, "label": "紫荆山"}, "location", {"Label": "紫荆山"}),
        ("link", {"title": "题", "url": "http://u.example/"}, "link", {"Title": "题"}),
        ("scan", {"scene": "venues.ask"}, "event", {"Event": "SCAN", "EventKey": "venues.ask"}),
        ("event", {"event": "LOCATION", "fields": {"Latitude": 34.7}}, "event", {"Event": "LOCATION"}),
        ("unfollow", {}, "event", {"Event": "unsubscribe"}),
        ("follow", {"scene": "event:1"}, "event", {"Event": "subscribe", "EventKey": "qrscene_event:1"}),
    ]
    for verb, body, kind, fields in steps:
        phone.act(lin, verb, body) if verb != "unfollow" else phone.act(lin, "unfollow", {})
        got = bot.received[-1]
        assert got.field("MsgType") == kind, verb
        assert {name: got.field(name) for name in fields} == fields


def test_a_voice_message_without_words_has_no_recognition(phone, bot, lin):
    phone.act(lin, "voice", {})
    assert bot.received[-1].xml.find("Recognition") is None


def test_a_sent_picture_can_be_looked_at(world, phone, lin):
    phone.act(lin, "image", {"data_url": "data:image/gif;base64,R0lGODlhAQABAAAAACw="})
    bubble = phone.get(f"/phone/chats/{lin['open_id']}?after=0")["bubbles"][-1]
    picture = requests.get(url(world, bubble["image_url"]), timeout=5)
    assert (picture.content[:6], picture.headers["Content-Type"]) == (b"GIF89a", "image/gif")


def test_only_newer_bubbles_come_and_a_changed_one_comes_again(phone, bot, lin):
    chat = f"/phone/chats/{lin['open_id']}"
    began = phone.get(f"{chat}?after=0")["seq"]
    sent = phone.post(f"{chat}/say", {"text": "在吗"})
    assert sent["bubble"]["status"] == "sending"
    phone._settled(sent["push_id"])
    news = phone.get(f"{chat}?after={began}")
    assert [(each["id"], each["status"]) for each in news["bubbles"]] == [(sent["bubble"]["id"], "delivered")]
    assert news["seq"] > sent["bubble"]["seq"]
    assert phone.get(f"{chat}?after={news['seq']}")["bubbles"] == []


def test_unread_counts_until_the_chat_is_opened(phone, bot, lin):
    phone.get(f"/phone/chats/{lin['open_id']}?after=0")
    bot.answers("好")
    phone._settled(phone.post(f"/phone/chats/{lin['open_id']}/say", {"text": "在吗"})["push_id"])
    assert phone.find("林晓")["unread"] == 1
    phone.get(f"/phone/chats/{lin['open_id']}?after=0")
    assert phone.find("林晓")["unread"] == 0


def test_someone_new_can_be_added(phone, bot):
    made = phone.post("/phone/cast", {"name": "新同学", "age": 15, "about": "刚转学"})
    assert (made["name"], made["subscribed"]) == ("新同学", False)
    bot.answers("欢迎")
    assert phone.act(made, "follow", {}).text == "欢迎"
    with pytest.raises(PhoneProblem):
        phone.post("/phone/cast", {"name": " "})


def test_the_stream_tells_of_bubbles_and_state(world, phone, lin):
    found: list[dict] = []
    joined = threading.Event()

    def listen() -> None:
        with requests.get(url(world, "/phone/stream"), stream=True, timeout=10) as stream:
            for line in stream.iter_lines(decode_unicode=True):
                joined.set()
                if line.startswith("data: "):
                    found.append(json.loads(line.removeprefix("data: ")))
                if {each["type"] for each in found} == {"bubble", "state"}:
                    return

    thread = threading.Thread(target=listen)
    thread.start()
    assert joined.wait(5)
    phone.post("/control/clock", {"advance_s": 1})
    phone.act(lin, "say", {"text": "直播"})
    thread.join(10)
    bubble = next(each for each in found if each["type"] == "bubble")
    assert (bubble["open_id"], bubble["bubble"]["text"]) == (lin["open_id"], "直播")


def test_a_scene_has_a_picture(world):
    answer = requests.get(url(world, "/phone/qr/event:1.svg"), timeout=5)
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert b"<svg" in answer.content


def test_the_page_and_its_files_are_served_and_nothing_else(world):
    assert requests.get(url(world, "/"), timeout=5).status_code == 200
    assert requests.get(url(world, "/static/../state.py"), timeout=5).status_code == 404
    assert requests.get(url(world, "/static/..%2fstate.py"), timeout=5).status_code == 404


def test_an_old_push_that_is_gone_says_so(phone):
    with pytest.raises(PhoneProblem, match="没有这次推送"):
        phone.get("/phone/pushes/nothing")

"""Drafts, publishing, mass sending: limits, quotas, the events at the end."""

import pytest

from tests.simulator.waiting import until


@pytest.fixture
def thumb(platform) -> str:
    return platform.upload("/cgi-bin/material/add_material", "thumb", "t.jpg", b"jpg")["media_id"]


@pytest.fixture
def article(thumb) -> dict:
    return {"title": "学习十九大", "author": "郑青", "content": "<p>正文</p>", "thumb_media_id": thumb}


@pytest.fixture
def draft(platform, article) -> str:
    return platform.post("/cgi-bin/draft/add", {"articles": [article]})["media_id"]


@pytest.fixture
def fans(phone) -> list[dict]:
    found = [phone.find(name) for name in ("林晓", "小雨")]
    for fan in found:
        phone.act(fan, "follow", {})
    return found


def events(bot, name: str) -> list:
    return [each for each in bot.received if each.field("Event") == name]


def test_a_draft_is_kept_changed_counted_and_deleted(platform, article, draft):
    changed = {"media_id": draft, "index": 0, "articles": article | {"title": "改过的题目"}}
    assert platform.post("/cgi-bin/draft/update", changed)["errcode"] == 0
    assert platform.post("/cgi-bin/draft/get", {"media_id": draft})["news_item"][0]["title"] == "改过的题目"
    assert platform.get("/cgi-bin/draft/count")["total_count"] == 1
    listed = platform.post("/cgi-bin/draft/batchget", {"offset": 0, "count": 20, "no_content": 1})
    assert (listed["item_count"], listed["item"][0]["content"]["news_item"][0]["content"]) == (1, "")
    assert platform.post("/cgi-bin/draft/delete", {"media_id": draft})["errcode"] == 0
    assert platform.post("/cgi-bin/draft/get", {"media_id": draft})["errcode"] == 40007


def test_scripts_and_foreign_pictures_go_and_a_digest_comes(platform, article):
    ours = platform.upload("/cgi-bin/media/uploadimg", "image", "a.png", b"png")["url"]
    content = f'<p onclick="x()">正文<script>x()</script><img src="http://evil.example/a.png"><img src="{ours}"></p>'
    media_id = platform.post("/cgi-bin/draft/add", {"articles": [article | {"content": content}]})["media_id"]
    kept = platform.post("/cgi-bin/draft/get", {"media_id": media_id})["news_item"][0]
    assert kept["content"] == f'<p>正文<img src="{ours}"></p>'
    assert kept["digest"] == "正文"


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"title": "字" * 33}, 45003),
        ({"title": ""}, 45003),
        ({"author": "字" * 17}, 45110),
        ({"digest": "字" * 129}, 45004),
        ({"content": "字" * 20_000}, 45002),
        ({"thumb_media_id": "gone"}, 40007),
        ({"article_type": "video"}, 40035),
        ({"article_type": "newspic", "image_info": {"image_list": []}}, 40035),
    ],
)
def test_an_article_beyond_the_limits_gets_its_code(platform, article, changed, errcode):
    assert platform.post("/cgi-bin/draft/add", {"articles": [article | changed]})["errcode"] == errcode


def test_a_temporary_picture_is_no_cover(platform, article):
    passing = platform.upload("/cgi-bin/media/upload", "thumb", "t.jpg", b"jpg")["thumb_media_id"]
    assert (
        platform.post("/cgi-bin/draft/add", {"articles": [article | {"thumb_media_id": passing}]})["errcode"] == 40007
    )


@pytest.mark.parametrize("world", [{"job_delay_s": 60.0}], indirect=True)
def test_a_submitted_draft_is_gone_and_published_a_little_later(world, platform, bot, draft):
    publish_id = platform.post("/cgi-bin/freepublish/submit", {"media_id": draft})["publish_id"]
    assert platform.get("/cgi-bin/draft/count")["total_count"] == 0
    assert platform.post("/cgi-bin/freepublish/get", {"publish_id": publish_id})["publish_status"] == 1
    world.clock.advance(61)
    (event,) = until(lambda: events(bot, "PUBLISHJOBFINISH"))
    assert event.xml.findtext("PublishEventInfo/publish_status") == "0"
    done = platform.post("/cgi-bin/freepublish/get", {"publish_id": publish_id})
    url = done["article_detail"]["item"][0]["article_url"]
    assert url == event.xml.findtext("PublishEventInfo/article_detail/item/article_url")
    page = platform.raw("GET", url.removeprefix(world.api_url))
    assert "学习十九大" in page.text
    article_id = {"article_id": done["article_id"]}
    assert platform.post("/cgi-bin/freepublish/getarticle", article_id)["news_item"][0]["title"] == "学习十九大"
    assert platform.post("/cgi-bin/freepublish/batchget", {"offset": 0, "count": 5})["total_count"] == 1
    assert platform.post("/cgi-bin/freepublish/delete", article_id | {"index": 0})["errcode"] == 0
    assert platform.post("/cgi-bin/freepublish/get", {"publish_id": publish_id})["publish_status"] == 5


def test_a_refused_publication_names_the_article(phone, platform, bot, draft):
    phone.post("/control/outcomes", {"publish_status": 4})
    publish_id = platform.post("/cgi-bin/freepublish/submit", {"media_id": draft})["publish_id"]
    (event,) = until(lambda: events(bot, "PUBLISHJOBFINISH"))
    assert event.xml.findtext("PublishEventInfo/fail_idx") == "1"
    answer = platform.post("/cgi-bin/freepublish/get", {"publish_id": publish_id})
    assert (answer["publish_status"], answer["fail_idx"], "article_id" in answer) == (4, [1], False)


def test_a_publication_may_be_told_only_as_a_mass_send(phone, platform, bot, draft):
    phone.post("/control/outcomes", {"publish_event": "MASSSENDJOBFINISH"})
    platform.post("/cgi-bin/freepublish/submit", {"media_id": draft})
    until(lambda: events(bot, "MASSSENDJOBFINISH"))
    assert events(bot, "PUBLISHJOBFINISH") == []


def to_all(media_id: str, **more: object) -> dict:
    return {"filter": {"is_to_all": True}, "mpnews": {"media_id": media_id}, "msgtype": "mpnews", **more}


def words(**more: object) -> dict:
    return {"filter": {"is_to_all": False, "tag_id": 2}, "msgtype": "text", "text": {"content": "通知"}, **more}


def test_a_mass_send_reaches_every_follower_and_ends_in_its_event(phone, platform, bot, fans, draft):
    answer = platform.post("/cgi-bin/message/mass/sendall", to_all(draft))
    assert answer["errmsg"] == "send job submission success"
    (event,) = until(lambda: events(bot, "MASSSENDJOBFINISH"))
    assert (event.field("MsgID"), event.field("Status")) == (str(answer["msg_id"]), "send success")
    assert (event.field("TotalCount"), event.field("SentCount"), event.field("ErrorCount")) == ("2", "2", "0")
    assert event.xml.findtext("ArticleUrlResult/ResultList/item/ArticleUrl")
    assert event.field("FromUserName") not in [fan["open_id"] for fan in fans]
    for fan in fans:
        card = phone.get(f"/phone/chats/{fan['open_id']}?after=0")["bubbles"][-1]["articles"][0]
        assert card["title"] == "学习十九大"
    assert platform.post("/cgi-bin/message/mass/get", {"msg_id": answer["msg_id"]})["msg_status"] == "SEND_SUCCESS"


def test_a_mass_send_may_be_stopped_by_review(phone, platform, bot, fans, draft):
    phone.post("/control/outcomes", {"mass_status": "err(20001)"})
    answer = platform.post("/cgi-bin/message/mass/sendall", to_all(draft))
    (event,) = until(lambda: events(bot, "MASSSENDJOBFINISH"))
    assert (event.field("Status"), event.field("SentCount")) == ("err(20001)", "0")
    assert platform.post("/cgi-bin/message/mass/get", {"msg_id": answer["msg_id"]})["msg_status"] == "SEND_FAIL"


def test_the_same_clientmsgid_is_45065_with_the_earlier_msg_id(world, platform, fans):
    first = platform.post("/cgi-bin/message/mass/send", group(fans, clientmsgid="week-1"))
    again = platform.post("/cgi-bin/message/mass/send", group(fans, clientmsgid="week-1"))
    assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
    assert platform.post("/cgi-bin/message/mass/send", group(fans, clientmsgid="x" * 65))["errcode"] == 45067
    world.clock.advance(86401)
    platform.renew_token()
    assert platform.post("/cgi-bin/message/mass/send", group(fans, clientmsgid="week-1"))["errcode"] == 0


def group(fans: list[dict], **more: object) -> dict:
    return {"touser": [fan["open_id"] for fan in fans], "msgtype": "text", "text": {"content": "通知"}, **more}


def test_a_service_account_sends_four_a_month_to_each_fan(world, platform, fans):
    world.clock.move_to(1_772_600_000)  # early in a month
    platform.renew_token()
    path = "/cgi-bin/message/mass/send"
    assert [platform.post(path, group(fans))["errcode"] for _ in range(5)] == [0] * 4 + [45028]
    world.clock.advance(31 * 86400)
    platform.renew_token()
    assert platform.post(path, group(fans))["errcode"] == 0


def test_a_subscription_account_sends_one_a_day(phone, platform, world, fans):
    phone.post("/control/profile", {"profile": "verified-sub"})
    path = "/cgi-bin/message/mass/sendall"
    assert [platform.post(path, words())["errcode"] for _ in range(2)] == [0, 45028]
    world.clock.advance(86400)
    platform.renew_token()
    assert platform.post(path, words())["errcode"] == 0


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"touser": ["one"]}, 40003),
        ({"touser": ["oNobody", "oNoone"]}, 40003),
        ({"msgtype": "sticker", "sticker": {}}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"msgtype": "mpnews", "mpnews": {"media_id": "gone"}}, 40007),
    ],
)
def test_a_wrong_mass_send_gets_its_code_and_costs_no_quota(platform, fans, body, errcode):
    path = "/cgi-bin/message/mass/send"
    assert platform.post(path, group(fans) | body)["errcode"] == errcode
    assert [platform.post(path, group(fans))["errcode"] for _ in range(4)] == [0] * 4


def test_recalls_are_five_a_day(platform, fans, article):
    made = platform.post("/cgi-bin/draft/add", {"articles": [article]})["media_id"]
    msg_id = platform.post("/cgi-bin/message/mass/sendall", to_all(made))["msg_id"]
    path = "/cgi-bin/message/mass/delete"
    assert [platform.post(path, {"msg_id": msg_id})["errcode"] for _ in range(6)] == [0] * 5 + [87013]
    assert platform.post("/cgi-bin/message/mass/get", {"msg_id": msg_id})["msg_status"] == "DELETE"


def test_a_preview_reaches_one_and_keeps_the_draft(phone, platform, fans, draft):
    body = {"touser": fans[0]["open_id"], "mpnews": {"media_id": draft}, "msgtype": "mpnews"}
    assert platform.post("/cgi-bin/message/mass/preview", body)["errcode"] == 0
    assert phone.get(f"/phone/chats/{fans[0]['open_id']}?after=0")["bubbles"][-1]["kind"] == "news"
    assert platform.get("/cgi-bin/draft/count")["total_count"] == 1


def test_the_speed_is_kept(platform):
    assert platform.post("/cgi-bin/message/mass/speed/set", {"speed": 2})["errcode"] == 0
    assert platform.post("/cgi-bin/message/mass/speed/get", {})["speed"] == 2
    assert platform.post("/cgi-bin/message/mass/speed/set", {"speed": 9})["errcode"] == 45083

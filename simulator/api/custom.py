"""Customer-service messages (客服消息) and the typing mark."""

from collections.abc import Callable

from simulator import chat, media, windows
from simulator.api.base import OK, Api, Call
from simulator.errors import ApiError

TYPING_AFTER_MESSAGE_S = 30
TYPING_LASTS_S = 15
TEXT_LIMIT = 2048
MENU_ITEMS = 50
MINI_KINDS = ("text", "image", "link", "miniprogrampage")


def send(call: Call) -> dict:
    """One message inside a window; what the fan sees goes into the chat."""
    fan = call.fan(call.body.get("touser"))
    kind = call.text("msgtype", 40008)
    reader = _READERS.get(kind)
    if reader is None or (call.app and call.app.is_mini and kind not in MINI_KINDS):
        raise ApiError(40008)
    bubble = reader(call, call.part(kind, 47001))
    if not fan.subscribed and not (call.app and call.app.is_mini):
        raise ApiError(45015)
    windows.spend(call.state.windows, str(call.body["touser"]), call.now)
    fan.typing_since = 0.0
    chat.add(call.world, fan.open_id, "account", **bubble)
    return OK


def typing(call: Call) -> dict:
    fan = call.fan(call.body.get("touser"))
    command = call.body.get("command")
    if command not in ("Typing", "CancelTyping"):
        raise ApiError(45072)
    if call.now - fan.last_message_at > TYPING_AFTER_MESSAGE_S:
        raise ApiError(45080)
    if command == "Typing" and call.now - fan.typing_since < TYPING_LASTS_S:
        raise ApiError(45081)
    fan.typing_since = call.now if command == "Typing" else 0.0
    return OK


def _text(call: Call, part: dict) -> dict:
    content = call.text("content", 44004, part)
    if len(content.encode()) > TEXT_LIMIT:
        raise ApiError(45002)
    return {"kind": "text", "text": content}


def _media(kind: str) -> Callable[[Call, dict], dict]:
    def read(call: Call, part: dict) -> dict:
        media_id = call.text("media_id", 41006, part)
        if media.find(call.world, media_id) is None:
            raise ApiError(40007)
        return {"kind": kind, "image_url": f"/phone/media/{media_id}", "text": str(part.get("title", ""))}

    return read


def _news(call: Call, part: dict) -> dict:
    articles = call.objects("articles", 1, part, 45008)
    card = {"title": "title", "description": "description", "pic_url": "picurl", "url": "url"}
    shown = [{name: str(each.get(there, "")) for name, there in card.items()} for each in articles]
    return {"kind": "news", "text": shown[0]["title"], "articles": shown}


def _link(call: Call, part: dict) -> dict:
    names = {"title": "title", "description": "description", "pic_url": "thumb_url", "url": "url"}
    article = {name: str(part.get(there, "")) for name, there in names.items()}
    return {"kind": "link", "text": call.text("title", 40035, part), "articles": [article]}


def _music(call: Call, part: dict) -> dict:
    article = {
        "title": str(part.get("title", "")), "description": str(part.get("description", "")),
        "pic_url": "", "url": call.text("musicurl", 40035, part),
    }  # fmt: skip
    return {"kind": "link", "text": article["title"], "articles": [article]}


def _draft_news(call: Call, part: dict) -> dict:
    draft = call.state.drafts.get(call.text("media_id", 41006, part))
    if draft is None:
        raise ApiError(40007)
    return article_bubble(draft.articles[:1])


def _published_news(call: Call, part: dict) -> dict:
    article_id = call.text("article_id", 40035, part)
    found = next((each for each in call.state.publications.values() if each.article_id == article_id), None)
    if found is None or found.status != 0:
        raise ApiError(53600)
    return article_bubble(found.articles[:1])


def article_bubble(articles: list[dict]) -> dict:
    """Articles of ours as the card a fan sees."""
    names = {"title": "title", "description": "digest", "pic_url": "thumb_url", "url": "url"}
    cards = [{name: each.get(there, "") for name, there in names.items()} for each in articles]
    return {"kind": "news", "text": cards[0]["title"], "articles": cards}


def _menu(call: Call, part: dict) -> dict:
    rows = call.objects("list", MENU_ITEMS, part)
    items = [{"id": str(each.get("id", "")), "content": call.text("content", of=each)} for each in rows]
    head, tail = str(part.get("head_content", "")), str(part.get("tail_content", ""))
    lines = [head, *(each["content"] for each in items), tail]
    text = "\n".join(line for line in lines if line)
    return {"kind": "msgmenu", "text": text, "msgmenu": {"head": head, "items": items, "tail": tail}}


def _mini_page(call: Call, part: dict) -> dict:
    card = {"title": call.text("title", 40035, part), "description": "小程序", "pic_url": "", "url": ""}
    card["url"] = call.text("pagepath", 40035, part)
    return {"kind": "miniprogram", "text": card["title"], "articles": [card]}


def _card(call: Call, part: dict) -> dict:
    return {"kind": "text", "text": f"[卡券] {call.text('card_id', 40035, part)}"}


_READERS: dict[str, Callable[[Call, dict], dict]] = {
    "text": _text,
    "image": _media("image"),
    "voice": _media("voice"),
    "video": _media("video"),
    "music": _music,
    "news": _news,
    "mpnews": _draft_news,
    "mpnewsarticle": _published_news,
    "msgmenu": _menu,
    "wxcard": _card,
    "link": _link,
    "miniprogrampage": _mini_page,
}

ROWS = (
    Api("/cgi-bin/message/custom/send", "POST", "custom", send, (500_000, 50_000), raw_text=True),
    Api("/cgi-bin/message/custom/typing", "POST", "custom", typing),
)

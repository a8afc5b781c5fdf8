"""Drafts (草稿箱)."""

import secrets

from simulator import articles
from simulator.api.base import OK, Api, Call
from simulator.errors import ApiError
from simulator.state import Draft

ARTICLES_AT_MOST = 8
_DAILY = (1000, 1000)


def add(call: Call) -> dict:
    wanted = call.body.get("articles")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError(44003)
    if len(wanted) > ARTICLES_AT_MOST:
        raise ApiError(45008)
    kept = [articles.checked(call.world, each) for each in wanted]
    made = Draft(secrets.token_urlsafe(40), kept, int(call.now), int(call.now))
    call.state.drafts[made.media_id] = made
    return {"media_id": made.media_id, "item": []}


def get(call: Call) -> dict:
    draft = draft_of(call)
    return {"news_item": draft.articles, "create_time": draft.created_at, "update_time": draft.updated_at}


def update(call: Call) -> dict:
    """Replace one article of a draft."""
    draft = draft_of(call)
    index = call.whole("index")
    if not 0 <= index < len(draft.articles):
        raise ApiError(40035, "invalid args! index")
    draft.articles[index] = articles.checked(call.world, call.body.get("articles"))
    draft.updated_at = int(call.now)
    return OK


def delete(call: Call) -> dict:
    del call.state.drafts[draft_of(call).media_id]
    return OK


def count(call: Call) -> dict:
    return {"total_count": len(call.state.drafts)}


def list_some(call: Call) -> dict:
    offset, size = call.whole("offset"), call.whole("count")
    if offset < 0 or not 1 <= size <= 20:
        raise ApiError(40035)
    newest_first = sorted(call.state.drafts.values(), key=lambda each: each.updated_at, reverse=True)
    page = newest_first[offset : offset + size]
    items = [_item(each, bool(call.body.get("no_content"))) for each in page]
    return {"total_count": len(newest_first), "item_count": len(items), "item": items}


def draft_of(call: Call) -> Draft:
    draft = call.state.drafts.get(call.text("media_id", 40007))
    if draft is None:
        raise ApiError(40007)
    return draft


def _item(draft: Draft, without_content: bool) -> dict:
    shown = [{**each, "content": ""} if without_content else each for each in draft.articles]
    content = {"news_item": shown, "create_time": draft.created_at, "update_time": draft.updated_at}
    return {"media_id": draft.media_id, "content": content, "update_time": draft.updated_at}


ROWS = (
    Api("/cgi-bin/draft/add", "POST", "draft", add, _DAILY, raw_text=True),
    Api("/cgi-bin/draft/get", "POST", "draft", get, (500, 500)),
    Api("/cgi-bin/draft/update", "POST", "draft", update, _DAILY, raw_text=True),
    Api("/cgi-bin/draft/delete", "POST", "draft", delete, _DAILY),
    Api("/cgi-bin/draft/count", "GET", "draft", count, _DAILY),
    Api("/cgi-bin/draft/batchget", "POST", "draft", list_some, _DAILY),
)

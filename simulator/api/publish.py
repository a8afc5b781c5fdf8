"""Publishing (发布): a draft becomes an article on the web; nobody is told of it."""

import secrets

from simulator import articles
from simulator.api.base import OK, Api, Call
from simulator.api.draft import draft_of
from simulator.errors import ApiError
from simulator.events import tell_bot
from simulator.jobs import ends
from simulator.messages import PLATFORM_ACCOUNT
from simulator.sealing import new_msg_id
from simulator.state import Publication

OK_STATUS, RUNNING, DELETED = 0, 1, 5
WITH_FAILED_INDEX = (2, 4)
_DAILY = (100, 100)


def submit(call: Call) -> dict:
    """Accepted is not published: the event or `get` tells how it ended. The draft is gone."""
    draft = draft_of(call)
    del call.state.drafts[draft.media_id]
    publish_id = str(new_msg_id(call.world.clock.wall()))
    made = Publication(publish_id, secrets.token_urlsafe(24), draft.articles, RUNNING, int(call.now))
    call.state.publications[publish_id] = made
    call.world.jobs.later("publish", {"publish_id": publish_id})
    return {**OK, "publish_id": publish_id, "msg_data_id": publish_id}


@ends("publish")
def finish(world, facts: dict) -> None:
    job = world.state.publications[facts["publish_id"]]
    job.status = world.state.outcomes.publish_status
    if job.status == OK_STATUS:
        job.articles = articles.publish_pages(world, job.articles)
    if world.state.outcomes.publish_event == "PUBLISHJOBFINISH":
        tell_bot(world, PLATFORM_ACCOUNT, "PUBLISHJOBFINISH", {"PublishEventInfo": _event_info(job)})
    else:
        counts = {"TotalCount": 0, "FilterCount": 0, "SentCount": 0, "ErrorCount": 0}
        tell_bot(world, PLATFORM_ACCOUNT, "MASSSENDJOBFINISH", {"MsgID": int(job.publish_id), **counts})


def get(call: Call) -> dict:
    job = call.state.publications.get(str(call.body.get("publish_id")))
    if job is None:
        raise ApiError(40035, "invalid args! publish_id")
    answer = {"publish_id": job.publish_id, "publish_status": job.status, "fail_idx": _failed(job)}
    if job.status == OK_STATUS:
        answer |= {"article_id": job.article_id, "article_detail": _detail(job)}
    return answer


def get_article(call: Call) -> dict:
    job = _published(call)
    return {"news_item": job.articles, "create_time": job.at, "update_time": job.at}


def list_some(call: Call) -> dict:
    offset, size = call.whole("offset"), call.whole("count")
    if offset < 0 or not 1 <= size <= 20:
        raise ApiError(40035)
    done = [each for each in call.state.publications.values() if each.status == OK_STATUS]
    page = sorted(done, key=lambda each: each.at, reverse=True)[offset : offset + size]
    hide = bool(call.body.get("no_content"))
    items = [
        {
            "article_id": each.article_id,
            "content": {"news_item": [{**one, "content": ""} if hide else one for one in each.articles]},
            "update_time": each.at,
        }
        for each in page
    ]
    return {"total_count": len(done), "item_count": len(items), "item": items}


def delete(call: Call) -> dict:
    """One article, counted from 1, or all with index 0; cannot be undone."""
    job = _published(call)
    index = call.whole("index", 0)
    if not 0 <= index <= len(job.articles):
        raise ApiError(40035, "invalid args! index")
    for article in job.articles[index - 1 : index] if index else job.articles:
        article["is_deleted"] = True
    if all(article.get("is_deleted") for article in job.articles):
        job.status = DELETED
    return OK


def _published(call: Call) -> Publication:
    article_id = call.text("article_id", 53600)
    for job in call.state.publications.values():
        if job.article_id == article_id and job.status == OK_STATUS:
            return job
    raise ApiError(53600)


def _detail(job: Publication) -> dict:
    items = [{"idx": number, "article_url": each["url"]} for number, each in enumerate(job.articles, 1)]
    return {"count": len(items), "item": items}


def _failed(job: Publication) -> list[int]:
    return [1] if job.status in WITH_FAILED_INDEX else []


def _event_info(job: Publication) -> dict:
    info: dict = {"publish_id": int(job.publish_id), "publish_status": job.status}
    if job.status == OK_STATUS:
        info |= {"article_id": job.article_id, "article_detail": _detail(job)}
    return info | ({"fail_idx": _failed(job)} if _failed(job) else {})


ROWS = (
    Api("/cgi-bin/freepublish/submit", "POST", "publish", submit, _DAILY),
    Api("/cgi-bin/freepublish/get", "POST", "publish", get, _DAILY),
    Api("/cgi-bin/freepublish/getarticle", "POST", "publish", get_article, _DAILY),
    Api("/cgi-bin/freepublish/batchget", "POST", "publish", list_some, _DAILY),
    Api("/cgi-bin/freepublish/delete", "POST", "publish", delete, (10, 10)),
)

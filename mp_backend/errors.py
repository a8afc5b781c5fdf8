"""What went wrong, in one shape (RFC 9457, application/problem+json): for a program `code`, for a person `detail`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from flask import Response, g, request
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from content.hotlines import Hotlines
from core.errors import DomainError
from core.events.errors import EventNotFound
from core.resources import Resources
from core.study.errors import ArticleNotFound
from mp_backend.public_database import AWAY

MEDIA_TYPE = "application/problem+json"
# Whom a person can call while we are out of order.
ALWAYS = ("12356", "12355", "120", "110")


@dataclass(frozen=True)
class Kind:
    """One thing that can go wrong; what it means in plain words is the text `problems.<code>`."""

    status: int
    title: str


KINDS: dict[str, Kind] = {
    "bad_request": Kind(400, "请求不对"),
    "bad_json": Kind(400, "JSON 不对"),
    "bad_cursor": Kind(400, "翻页位置不对"),
    "invalid_input": Kind(400, "填写不对"),
    "not_logged_in": Kind(401, "没有登录"),
    "code_invalid": Kind(401, "登录凭证无效"),
    "login_blocked": Kind(403, "微信拦截了登录"),
    "not_found": Kind(404, "没有这个地址"),
    "column_not_found": Kind(404, "没有这个专栏"),
    "article_not_found": Kind(404, "没有这篇文章"),
    "event_not_found": Kind(404, "没有这个活动"),
    "venue_not_found": Kind(404, "没有这个站点"),
    "method_not_allowed": Kind(405, "不能这样请求"),
    "not_acceptable": Kind(406, "给不出这种格式"),
    "too_large": Kind(413, "内容太大"),
    "wrong_content_type": Kind(415, "内容类型不对"),
    "too_many_requests": Kind(429, "请求太多"),
    "internal_error": Kind(500, "程序出错"),
    "database_away": Kind(503, "暂时不能用"),
    "wechat_away": Kind(503, "微信没有回应"),
    "login_unavailable": Kind(503, "没有开通登录"),
}
BY_STATUS = {
    404: "not_found",
    406: "not_acceptable",
    413: "too_large",
    415: "wrong_content_type",
    429: "too_many_requests",
}
BY_DOMAIN: dict[type[DomainError], str] = {EventNotFound: "event_not_found", ArticleNotFound: "article_not_found"}


class FieldFault(BaseModel):
    """One field, and what is wrong with it."""

    name: str = Field(examples=["limit"])
    detail: str = Field(examples=["太大了"])


class HelpLine(BaseModel):
    """A number to call meanwhile."""

    number: str = Field(examples=["12355"])
    name: str = Field(examples=["青少年服务热线"])


def _one_of_the_kinds(schema: dict[str, Any]) -> None:
    schema["enum"] = list(KINDS)


class ProblemAnswer(BaseModel):
    """The one shape of every error."""

    type: str = Field(examples=["urn:zhengqing:problem:event_not_found"])
    title: str = Field(examples=["没有这个活动"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(examples=["没有找到这个活动，可能已经撤下了。"])
    code: str = Field(json_schema_extra=_one_of_the_kinds, examples=["event_not_found"])
    request_id: str = Field(examples=["6f1c2d3e4a5b6c7d"])
    fields: list[FieldFault] | None = None
    helplines: list[HelpLine] | None = None


class Problem(Exception):
    """Ends a request with this answer."""

    def __init__(self, code: str, fields: list[FieldFault] | None = None, **headers: str) -> None:
        super().__init__(code)
        self.code, self.fields = code, fields
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def from_exception(error: Exception) -> Problem:
    """What the outside is told of this; what nobody foresaw is logged and told nobody."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return _from_http(error)
    if isinstance(error, DomainError) and type(error) in BY_DOMAIN:
        return Problem(BY_DOMAIN[type(error)])
    log = structlog.get_logger()
    if isinstance(error, AWAY):
        log.error("api_without_database", error=type(error).__name__)
        return Problem("database_away", Retry_After="5")
    log.exception("api_failed", endpoint=request.endpoint)
    return Problem("internal_error")


def answer(problem: Problem, resources: Resources) -> Response:
    """The problem as a response; never stored by anybody on the way."""
    kind = KINDS[problem.code]
    told = ProblemAnswer(
        type=f"urn:zhengqing:problem:{problem.code}",
        title=kind.title,
        status=kind.status,
        detail=resources.texts.get(f"problems.{problem.code}"),
        code=problem.code,
        request_id=g.get("request_id", "-"),
        fields=problem.fields,
        helplines=_helplines(resources.hotlines) if kind.status >= 500 else None,
    )
    response = Response(told.model_dump_json(exclude_none=True), kind.status, mimetype=MEDIA_TYPE)
    response.headers.update({"Cache-Control": "no-store"} | problem.headers)
    if kind.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _from_http(error: HTTPException) -> Problem:
    if isinstance(error, MethodNotAllowed):
        return Problem("method_not_allowed", Allow=", ".join(sorted(error.valid_methods or ())))
    # A redirect is an answer to browsers; here an address is right or it is not.
    if (error.code or 500) < 400:
        return Problem("not_found")
    unknown = "internal_error" if (error.code or 500) >= 500 else "bad_request"
    return Problem(BY_STATUS.get(error.code or 500, unknown))


def _helplines(hotlines: Hotlines) -> list[HelpLine]:
    return [HelpLine(number=number, name=hotlines.get(number).name) for number in ALWAYS]

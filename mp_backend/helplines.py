"""Help lines (热线): no database, no log-in, no limit; looked up when things are bad (P4, S2, S3)."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from content.hotlines import Hotline
from mp_backend.backend import Call
from mp_backend.operations import Operation
from mp_backend.pages.helplines import DANGER

# Short: whether a line is open now changes with the hour.
A_MINUTE = "public, max-age=60"


class HelplineAnswer(BaseModel):
    """One number. Hours are said only when somebody has checked them (S3)."""

    number: str
    name: str
    for_whom: str
    danger: bool = Field(description="有危险、有人受伤时先打的号码")
    hours: str | None = Field(description="接听时间；没有人核对过就是 null，不要自己编")
    checked_on: date | None = Field(description="哪一天核对的")
    open_now: bool | None = Field(description="现在有没有人接；null 表示不知道")


class HelplineList(BaseModel):
    items: list[HelplineAnswer]
    note: str
    next: None = Field(description="号码总是一次给全，没有下一页")


def list_helplines(call: Call) -> HelplineList:
    resources, now = call.backend.resources, call.backend.clock.now()
    danger_first = sorted(resources.hotlines, key=lambda line: line.number not in DANGER)
    return HelplineList(
        items=[_line(one, now) for one in danger_first],
        note=resources.texts.get("helplines.note"),
        next=None,
    )


def _line(line: Hotline, now: datetime) -> HelplineAnswer:
    return HelplineAnswer(
        number=line.number,
        name=line.name,
        for_whom=line.for_whom,
        danger=line.number in DANGER,
        hours=line.hours_text or None,
        checked_on=line.checked_on,
        open_now=line.is_open(now),
    )


LINE = {
    "number": "12355",
    "name": "青少年服务热线",
    "for_whom": "青少年和家长：心理、学习、家庭、权益",
    "danger": False,
    "hours": None,
    "checked_on": None,
    "open_now": None,
}
OPERATIONS = (
    Operation(
        "GET",
        "/helplines",
        list_helplines,
        "求助热线：不用登录，不限次数，数据库坏了也能看",
        "热线",
        HelplineList,
        {"items": [LINE], "note": "没有写时间的，还没有核对过接听时间；打不通，就换一个号码打。", "next": None},
        limit=None,
        cache=A_MINUTE,
    ),
)

"""Routes in the words of those who follow up (路径): what an exchange was about, without the machine's names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal, or_

from core.interactions.models import Interaction


@dataclass(frozen=True)
class Family:
    """Routes that belong together: `words` are the parts of a route's name that tell it is one of them."""

    key: str
    label: str
    words: tuple[str, ...]


FALLBACK = Family("fallback", "没有听懂", ("fallback",))
FAMILIES = (
    Family("crisis", "危机应答", ("crisis",)),
    Family("concern", "情绪支持", ("concern",)),
    Family("referral", "找咨询师", ("referral", "counseling")),
    Family("human", "转人工", ("human",)),
    Family("study", "学习专栏", ("study", "column", "article", "search")),
    Family("events", "活动报名", ("events", "event")),
    Family("venues", "青春家园", ("venues", "venue", "location", "location_report", "location_select")),
    Family("aid", "困难帮扶", ("aid",)),
    Family("privacy", "隐私与授权", ("privacy", "privacy_change")),
    Family("staff", "工作人员绑定微信", ("staff",)),
    Family("follow", "关注与取消关注", ("subscribe", "unsubscribe")),
    Family("menu", "菜单与闲聊", ("menu", "talk", "help", "cancel", "unknown", "view", "view_miniprogram")),
    Family("media", "图片、语音和文件", ("image", "voice", "video", "shortvideo", "link", "file", "miniprogrampage")),
    FALLBACK,
    Family("asked_back", "反问确认", ("ask_back", "tap")),
    Family("refused", "按规则婉拒", ("refused",)),
    Family("failed", "程序出错", ("failed",)),
    Family("erased", "已按要求清除", ("erased",)),
)
OTHER = Family("other", "平台通知", ())
# What is said of these says something of young people in need: not for everybody's eyes, not even as a number (P5).
COUNSELING = ("crisis", "concern", "referral", "human")
_BY_KEY = {family.key: family for family in (*FAMILIES, OTHER)}
_BY_WORD = {word: family for family in FAMILIES for word in family.words}


def by_key(key: str) -> Family | None:
    """The family of this key, or None."""
    return _BY_KEY.get(key)


def of(route: str) -> Family:
    """Where the exchange ended: `step:menu.choose>referral.start` is about a counselor, no longer about the menu."""
    subject = route.replace(">", ":").rsplit(":", 1)[-1].partition(".")[0]
    return _BY_WORD.get(subject, OTHER)


def passed_through(family: Family) -> ColumnElement[bool]:
    """The interactions whose route touches the family anywhere on its way."""
    if family is OTHER:
        told = [f"push:{word}" for word in _BY_WORD]
        return or_(Interaction.route == "", and_(Interaction.route.startswith("push:"), Interaction.route.not_in(told)))
    return or_(*map(_touches, family.words))


def _touches(word: str) -> ColumnElement[bool]:
    # A subject stands at the beginning or behind “:” or “>”, and before “.”, “>” or the end.
    steps = literal(">") + func.replace(Interaction.route, ":", ">") + literal(">")
    return or_(steps.contains(f">{word}>", autoescape=True), steps.contains(f">{word}.", autoescape=True))

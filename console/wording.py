"""How screens say times, ages and risks (说法)."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint

from console.house import House
from core.clock import local
from core.interactions import kinds

RISKS = {"imminent": "紧急危险", "high": "高风险", "concern": "需要关注", "none": "无"}
INTENTS = {
    "counseling": "求助和咨询",
    "study": "学习",
    "events": "活动",
    "venue": "青春家园",
    "aid": "助学帮扶",
    "human": "找人工",
    "help": "问候和帮助",
    "privacy": "隐私",
    "other": "闲聊和其他",
}
# Red is for danger alone.
RISK_COLOURS = {"imminent": "red", "high": "red", "concern": "amber", "none": "plain"}


def add(door: Blueprint, house: House) -> None:
    def stamp_now(moment: datetime) -> str:
        return stamp(moment, house.clock.now())

    def waited_now(since: datetime) -> str:
        return waited(since, house.clock.now())

    door.add_app_template_filter(stamp_now, "stamp")
    door.add_app_template_filter(waited_now, "waited")
    door.add_app_template_filter(hour, "clock")
    door.add_app_template_filter(kinds.label, "kind_label")
    door.add_app_template_filter(risk_label)
    door.add_app_template_filter(risk_colour)
    door.add_app_template_filter(intent_label)


def risk_label(risk: str) -> str:
    """紧急危险, 高风险 …"""
    return RISKS[risk]


def intent_label(intent: str) -> str:
    """求助和咨询, 活动 …; the model's own name for one without words."""
    return INTENTS.get(intent, intent)


def risk_colour(risk: str) -> str:
    """Which of the marks of screens.css."""
    return RISK_COLOURS[risk]


def stamp(moment: datetime, now: datetime) -> str:
    """今天 15:20, 昨天 15:20, 11月20日 15:20, 2025年11月20日 15:20."""
    return f"{_day(moment, now)} {local(moment):%H:%M}"


def _day(moment: datetime, now: datetime) -> str:
    day, today = local(moment).date(), local(now).date()
    near = {0: "今天", 1: "昨天", -1: "明天"}.get((today - day).days)
    year = "" if day.year == today.year else f"{day.year}年"
    return near or f"{year}{day.month}月{day.day}日"


def waited(since: datetime, now: datetime) -> str:
    """已等 4 分钟, 已等 3 小时 5 分, 已等 2 天 3 小时; the clock of another machine may be a little ahead."""
    minutes = max(0, int((now - since) / timedelta(minutes=1)))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"已等 {days} 天 {hours} 小时" if hours else f"已等 {days} 天"
    if hours:
        return f"已等 {hours} 小时 {minutes} 分" if minutes else f"已等 {hours} 小时"
    return f"已等 {minutes} 分钟" if minutes else "刚刚到"


def ago(moment: datetime, now: datetime) -> str:
    """刚刚, 40 秒前, 12 分钟前, 3 小时前, 2 天前."""
    seconds = int((now - moment).total_seconds())
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size} {unit}前"
    return f"{seconds} 秒前" if seconds > 4 else "刚刚"


def hour(moment: datetime) -> str:
    """15:20."""
    return f"{local(moment):%H:%M}"

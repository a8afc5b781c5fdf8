"""What came in (消息类型), in the words of those who follow up."""

from __future__ import annotations

KINDS = {
    "text": "文字",
    "voice": "语音",
    "image": "图片",
    "video": "视频",
    "shortvideo": "小视频",
    "location": "位置",
    "link": "链接",
    "file": "文件",
    "miniprogrampage": "小程序卡片",
    "click": "点菜单",
    "scan": "扫码",
    "subscribe": "关注",
    "unsubscribe": "取消关注",
    "view": "打开菜单链接",
    "view_miniprogram": "打开小程序",
    "scancode": "菜单扫码",
    "pictures": "菜单发图",
    "location_select": "选择位置",
    "location_report": "上报位置",
    "subscribe_message": "订阅通知",
    "agent_session": "客服会话",
    "privacy_change": "改动授权",
    "user_enter_tempsession": "进入客服会话",
    "templatesendjobfinish": "模板消息回执",
    "masssendjobfinish": "群发回执",
    "publishjobfinish": "发布回执",
    "account_notice": "账号认证通知",
    "wxa_media_check": "内容检测结果",
    "weapp_audit": "小程序审核结果",
    "unknown": "没见过的类型",
}
# Somebody did one of these and waits for an answer; after everything else silence is right.
AWAITED = (
    "text",
    "voice",
    "image",
    "video",
    "shortvideo",
    "location",
    "link",
    "file",
    "miniprogrampage",
    "click",
    "scan",
)


def label(kind: str) -> str:
    """文字, 语音 …; the platform's own name for one that nobody put into words."""
    return KINDS.get(kind, kind)

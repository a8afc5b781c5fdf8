"""Who may do what (权限), as data: what is not listed is closed (P5)."""

from __future__ import annotations

CADRE, COUNSELOR, SUPERVISOR, ADMIN = "cadre", "counselor", "supervisor", "admin"

ROLE_NAMES = {CADRE: "团干部", COUNSELOR: "咨询师", SUPERVISOR: "督导", ADMIN: "管理员"}

# What each permission lets one do, as the console explains it.
PERMISSIONS = {
    "account.own": "管理自己的账号",
    "overview.read": "看今日概况",
    "overview.counseling": "看求助个案的准确数字",
    "events.read": "看活动和报名情况",
    "cases.read": "看求助个案",
    "interactions.read": "看互动记录（原文遮住）",
    "interactions.open": "打开互动记录的原文，按原文搜索",
    "interactions.open_with_reason": "写明理由后打开未成年人的记录",
    "interactions.export": "导出互动记录",
    "explain.use": "试一句话，看为什么这样回答",
    "unanswered.read": "看没听懂的话（不到 5 人说过的遮住）",
    "corrections.read": "看纠正样本（已去掉姓名和号码）",
    "corrections.write": "提出纠正",
    "corrections.decide": "复核别人提出的纠正",
    "alerts.receive": "在微信里收到求助告警",
    "operations.read": "看系统运行情况",
    "staff.manage": "管理人员",
}

_EVERYBODY = {"account.own", "overview.read", "events.read"}
# Whoever mends rules must see what was not understood; whoever may read words may say that they were taken wrongly.
_MENDING = {"explain.use", "unanswered.read"}
_CORRECTING = {"corrections.read", "corrections.write", "corrections.decide"}

# Need to know: an admin runs the system and reads no counselling text; a cadre sees sign-ups and none of it either.
ROLES: dict[str, frozenset[str]] = {
    CADRE: frozenset(_EVERYBODY | _MENDING),
    COUNSELOR: frozenset(
        _EVERYBODY
        | _MENDING
        | _CORRECTING
        | {"overview.counseling", "cases.read", "interactions.read", "interactions.open", "alerts.receive"}
    ),
    SUPERVISOR: frozenset(
        _EVERYBODY
        | _MENDING
        | _CORRECTING
        | {
            "overview.counseling",
            "cases.read",
            "interactions.read",
            "interactions.open_with_reason",
            "interactions.export",
            "alerts.receive",
        }
    ),
    ADMIN: frozenset(_EVERYBODY | {"operations.read", "staff.manage", "alerts.receive"}),
}


def may(role: str, permission: str) -> bool:
    """Whether the role holds the permission; an unknown role holds none. Raises KeyError for an unknown permission."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return permission in ROLES.get(role, frozenset())

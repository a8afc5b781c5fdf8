"""Lines of the audit trail (审计记录) in the words of those who work here."""

from __future__ import annotations

from core.staff.permissions import ROLE_NAMES

DEEDS = {
    "login": "登录",
    "login.refused": "登录没有成功",
    "logout": "退出登录",
    "password.change": "更换密码",
    "second_factor.on": "启用动态口令",
    "second_factor.off": "关闭动态口令",
    "sessions.end_others": "退出其他设备",
    "wechat.bind": "绑定告警微信",
    "wechat.unbind": "解除告警微信",
    "staff.create": "添加人员",
    "staff.edit": "修改人员资料",
    "staff.let_in_again": "从服务器上重新开通",
    "staff.disable": "停用人员",
    "staff.enable": "重新启用人员",
    "staff.password_reset": "重置别人的密码",
    "staff.second_factor_reset": "取消别人的动态口令",
    "interactions.open": "打开互动记录",
    "interactions.search": "按文字查找互动记录",
    "interactions.export": "导出互动记录",
    "interactions.explain": "看一条互动为什么这样回答",
    "unanswered.open": "打开没听懂的原话",
    "corrections.begin": "打开互动记录，准备纠正",
    "corrections.propose": "提出纠正",
    "corrections.withdraw": "收回自己的纠正",
    "corrections.open": "打开纠正样本",
    "corrections.search": "按文字查找纠正样本",
    "corrections.approve": "通过纠正",
    "corrections.reject": "不通过纠正",
    "corrections.export": "导出通过的纠正样本",
    "delivery.told": "没发出去的，已用别的办法告诉了本人",
    "delivery.dismiss": "没发出去的，不用再发了",
}


def say(action: str) -> str:
    """The deed in Chinese; one without words of its own is shown as it is."""
    if action.startswith("staff.role."):
        before, after = action.removeprefix("staff.role.").split(".")
        return f"角色由{ROLE_NAMES[before]}改为{ROLE_NAMES[after]}"
    return DEEDS.get(action, action)

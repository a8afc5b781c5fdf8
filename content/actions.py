"""What menus and keyword rules may ask for (动作): every name that handlers register."""

ACTIONS = {
    "study.list": "学习专栏目录",
    "study.latest": "最新文章",
    "study.search": "找文章",
    "study.next": "下一篇",
    "events.list": "可以报名的活动",
    "events.mine": "我的报名",
    "events.cancel": "取消报名",
    "venues.ask": "找青春家园",
    "venues.nearest": "离我最近的青春家园",
    "referral.start": "找 12355 老师聊聊",
    "referral.progress": "求助进度",
    "referral.withdraw": "撤回求助",
    "human.ask": "转人工",
    "privacy.show": "我的信息和隐私",
    "privacy.export": "下载我的信息",
    "privacy.erase": "删除我的信息",
    "menu.help": "菜单和帮助",
    "crisis.numbers": "紧急电话",
    "aid.info": "希望工程和助学",
}

"""The pushes of a run: varied words, menu taps and events of many followers, each with an identity of its own."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from tests.support import pushes
from tests.support.pushes import PushSettings

FOLLOWERS = 2000
# What people write on an ordinary day, with holes for variety; weights as seen in helpline chats: mostly questions,
# some small talk, few long letters, and one in a hundred who needs a person.
OPENINGS = ("你好，", "请问", "老师好，", "想问一下，", "", "", "那个", "在吗？")
QUESTIONS = (
    "最近有什么活动可以参加吗",
    "十九大学习专栏在哪里看",
    "离二七广场最近的青春家园怎么走",
    "希望工程的资助怎么申请",
    "志愿服务时长去哪里查",
    "团课什么时候开始",
    "我想看先进典型的文章",
    "你们都能帮我做什么",
    "我的报名成功了没有",
    "周末的读书会还有名额吗",
    "青年讲堂这个月讲什么",
)
SMALL_TALK = ("谢谢", "哈哈哈哈", "好的", "今天天气不错", "早上好呀", "嗯嗯知道了", "作业好多写不完", "食堂的面真好吃")
KEYWORDS = ("菜单", "活动", "十九大", "帮助", "青春家园", "学习", "我的报名", "电话")
LETTER = "我是{}中学初{}的学生，最近班里要组织一次团日活动，老师让我们自己想主题，我想了好几天也没有想好，{}"
IN_DISTRESS = ("我最近总是睡不着，觉得很累", "我不想活了", "没有人理解我，好难受", "压力太大了，快撑不住了")
MENU_KEYS = ("study.list", "events.list", "venues.ask", "menu.help", "crisis.numbers")
EVENTS = (("VIEW", "http://example.org/a"), ("LOCATION", ""))


@dataclass(frozen=True)
class Push:
    """One request as bytes, whom its answer goes to, and whether the person must be shown something."""

    request: bytes
    open_id: str
    awaits_reply: bool


class Traffic:
    """A stream of pushes; no two runs share an identity, the same seed gives the same words."""

    def __init__(self, settings: PushSettings, mode: str, seed: int) -> None:
        self._settings, self._mode, self._random = settings, mode, random.Random(seed)
        self._identity = time.time_ns()

    def take(self, count: int) -> list[Push]:
        """The next pushes."""
        return [self._next() for _ in range(count)]

    def greetings(self) -> list[Push]:
        """One message of every follower: those of an account that has been running are known to it."""
        return [self._greeting(number) for number in range(FOLLOWERS)]

    def _greeting(self, number: int) -> Push:
        self._identity += 1
        return self._push(_open_id(number), pushes.text_xml(_open_id(number), "你好", self._identity, self._when()))

    def _next(self) -> Push:
        self._identity += 1
        open_id = _open_id(self._random.randrange(FOLLOWERS))
        chance = self._random.random()
        if chance < 0.12:
            return self._push(
                open_id, pushes.event_xml(open_id, "CLICK", self._pick(MENU_KEYS), created_at=self._when())
            )
        if chance < 0.16:
            event, key = self._pick(EVENTS)
            own = "<Latitude>34.7</Latitude><Longitude>113.6</Longitude><Precision>40</Precision>"
            return self._push(open_id, pushes.event_xml(open_id, event, key, own, self._when()), awaits=False)
        return self._push(open_id, pushes.text_xml(open_id, self._words(), self._identity, self._when()))

    def _when(self) -> int:
        # Events have no MsgId: sender and second must tell them apart.
        return 1_700_000_000 + self._identity % 400_000_000

    def _words(self) -> str:
        chance = self._random.random()
        if chance < 0.005:
            return self._pick(IN_DISTRESS)
        if chance < 0.01:
            return "怎么联系上你们的工作人员"
        if chance < 0.15:
            return self._pick(KEYWORDS)
        if chance < 0.40:
            return self._pick(SMALL_TALK) + self._pick(("", "～", "！", "😄"))
        if chance < 0.45:
            return LETTER.format(self._random.randrange(100), self._pick("一二三"), self._pick(QUESTIONS)) * 2
        return f"{self._pick(OPENINGS)}{self._pick(QUESTIONS)}{self._pick(('？', '', '呢', '，谢谢'))}"

    def _pick(self, among):  # type: ignore[no-untyped-def]
        return self._random.choice(among)

    def _push(self, open_id: str, xml: str, awaits: bool = True) -> Push:
        query, body = pushes.push(self._settings, xml, self._mode, nonce=str(self._identity % 10**9))
        head = (
            f"POST /wechat?{query}&openid={open_id} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\n"
            f"Accept: */*\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return Push(head.encode() + body, open_id, awaits)


def _open_id(number: int) -> str:
    return f"o_bench_{number:05d}_{'x' * 12}"

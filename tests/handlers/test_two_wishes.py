"""Two wishes in one message (两件事): the more urgent is followed, the other mentioned, and the mention works."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.resources import Resources
from handlers.wishes import MENTIONS
from tests.support.happenings import make_event
from tests.support.people import Person
from tests.support.reading import text

MENTION = re.compile("你还提到.*回复“(.+?)”")


def mentioned(words: str) -> str:
    """What one is to answer to get to the other thing."""
    found = MENTION.search(words)
    return found[1] if found else ""


@pytest.fixture(autouse=True)
def programme(session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "11", title="义务植树", kind="志愿服务")
    make_event(session, clock.now(), "12", title="青年招聘会", kind="就业")


@pytest.mark.parametrize(
    ("words", "followed", "then"),
    [
        ("想报植树，顺便问问你们青春家园几点关门", "events.details", "venues.ask"),
        ("我想报名志愿活动，另外希望工程怎么申请", "events.", "aid."),
        ("转人工，我的报名查不到", "human.asked", "events.mine_none"),
        ("帮我取消周六的报名，顺便转人工", "human.asked", "events.mine_none"),
        ("我要报名，顺便想找心理老师聊聊", "referrals.ask_consent", "events.list"),
        ("招聘会什么时候开，另外有没有法律咨询", "referrals.ask_consent", "events.list"),
        ("圆梦行动怎么申请，顺便问下附近的青春家园在哪里", "aid.", "venues.ask_location"),
        ("先给我学习专栏，再看看有什么活动", "study.list", "events.list"),
        ("十九大专栏在哪，有什么活动吗", "events.", "study.list"),
        ("我想看看我的报名，对了怎么删除我的信息", "events.mine_none", "privacy."),
        ("有什么活动？还有青春家园在哪", "events.list", "venues.ask"),
        ("想报招聘会 还有 青春家园有自习室吗", "events.details", "venues.ask"),
    ],
)
def test_one_is_followed_and_the_other_mentioned(lin: Person, words: str, followed: str, then: str) -> None:
    reply = lin.says(words)
    assert reply.key.startswith(followed)
    assert lin.route.startswith("both:")
    assert mentioned(text(reply)), text(reply)
    assert lin.says(mentioned(text(reply))).key.startswith(then)


@pytest.mark.parametrize(
    "words",
    [
        "我想报名", "你好，我想报名", "我想报名，谢谢", "有什么活动，周末的，离我近一点的", "青春家园在哪，几点开门",
        "不用给我活动列表，就要青春家园的地址", "我之前报名了植树，青春家园在哪", "植树那个地方离青春家园远不",
        "我不是要找老师咨询，就是想要入团那份材料", "植树在哪报名，需要带什么", "我报名志愿者，我妈不让去怎么办",
        "家里困难，希望工程怎么申请", "有没有讲心理健康的团课视频，我们支部下周主题团日要放", "报名费被骗了怎么维权",
    ],
)  # fmt: skip
def test_one_wish_gets_no_extra_line(lin: Person, words: str) -> None:
    assert "你还提到" not in text(lin.says(words))


@pytest.mark.parametrize(
    "words",
    [
        "我不想活了，顺便帮我取消报名", "帮我取消报名，顺便转人工，我今晚就走了，遗书写好了",
        "我最近压力好大，睡不着，顺便问下有什么活动", "有什么活动？我爸天天打我，青春家园在哪",
    ],
)  # fmt: skip
def test_nothing_is_added_where_somebody_may_be_in_danger(lin: Person, words: str) -> None:
    reply = lin.says(words)
    assert reply.key.startswith("crisis.")
    assert "你还提到" not in text(reply)


def test_nothing_is_added_right_after_a_crisis_either(lin: Person) -> None:
    lin.says("我不想活了")
    assert "你还提到" not in text(lin.says("有什么活动，顺便问下青春家园在哪"))


@pytest.mark.parametrize("action", MENTIONS)
def test_every_mention_leads_where_it_says(resources: Resources, action: str) -> None:
    words = mentioned(resources.texts.get(MENTIONS[action]))
    match = resources.rules.match(words)
    assert match is not None
    assert (match.whole, match.rule.action) == (True, action)

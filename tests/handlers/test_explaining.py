"""Why it would be answered so: as the account itself would do it, and without a trace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.db import Database
from core.events import signups
from core.understanding.explanation import BEHIND, NO, PASSED, WON, Said
from handlers.explaining import Explainer
from tests.support.happenings import make_event, somebody


@pytest.fixture
def explain(resources, registry, clock):
    """`explain("我想报名", "前面的话")`: as if it were said now, a minute after what came before."""
    explainer = Explainer(resources, registry)

    def run(text, *before, events=()):
        now = clock.now()
        earlier = [Said(words, now - timedelta(minutes=len(before) - number)) for number, words in enumerate(before)]
        return explainer.explain(text, earlier, now, events)

    return run


def stages(why):
    return {stage.key: stage for stage in why.stages}


SAYINGS = [
    "我想报名",
    "活着好累，不想活了",
    "最近压力好大，睡不着",
    "报名费被骗了怎么维权",
    "蓝色的鲸鱼会飞吗",
    "转人工",
    "删除我的信息",
    "十九大",
    "俺想去那个栽樹的活動中不",
]


@pytest.mark.parametrize("text", SAYINGS)
def test_it_says_what_the_account_would_do(explain, person, text):
    lin = person("lin")
    reply, why = lin.says(text), explain(text)
    assert (why.answer.route, why.answer.reply_key) == (lin.route, reply.key)
    assert [stage.outcome for stage in why.stages].count(WON) == 1
    assert all(stage.why for stage in why.stages)


@pytest.mark.parametrize("text", SAYINGS)
def test_nothing_is_kept_and_no_other_database_is_opened(explain, monkeypatch, text):
    opened, before = [], Database.__init__

    def note(database, url, *more):
        opened.append(url)
        before(database, url, *more)

    monkeypatch.setattr(Database, "__init__", note)
    explain(text)
    assert opened == ["sqlite:///:memory:"]


def test_a_dialogue_goes_on_from_what_was_said_before(explain, session, clock):
    event = make_event(session, clock.now(), "101", title="黄河边植树")
    why = explain("1", "有什么活动", events=[event])
    assert "黄河边植树" in why.earlier[0].reply
    assert why.expecting
    assert stages(why)["conversation"].outcome == WON
    assert "黄河边植树" in why.answer.reply
    assert explain("1").answer.route == "fallback"


def test_a_rehearsed_sign_up_takes_no_seat(explain, session, clock):
    event = make_event(session, clock.now(), "101", capacity=1)
    signups.sign_up(session, event, somebody(session, clock.now(), "wang"), {}, clock.now())
    explain("1", "有什么活动", events=[event])
    session.refresh(event)
    assert event.taken == 1


def test_what_came_before_raises_and_is_said_so(explain):
    why = explain("今晚", "我想死")
    assert (why.risk, why.judged_with) == ("imminent", 1)
    assert why.risk_alone != "imminent"
    assert "给值班老师发求助告警" not in explain("你好").effects
    assert "给值班老师发求助告警" in explain("不想活了").effects


def test_each_stage_says_yes_or_no_and_why(explain):
    seen = stages(explain("我想报名"))
    assert seen["crisis"].outcome == NO
    assert seen["keyword"].outcome == WON
    assert any("events.toml" in why for why in seen["keyword"].why)
    assert seen["intent"].outcome == BEHIND
    assert stages(explain("活着好累，不想活了"))["crisis"].outcome == WON


def test_a_step_that_lets_go_is_shown_as_passed(explain):
    seen = stages(explain("蓝色的鲸鱼在天上飞过来又飞过去真好看", "菜单"))
    assert seen["conversation"].outcome == PASSED
    assert seen["fallback"].outcome == WON


def test_rules_that_were_kept_out_name_the_word(explain):
    tried = {rule.action: rule for rule in explain("学校取消了活动报名").rules}
    assert any(rule.stopped_by for rule in tried.values())
    chosen = [rule for rule in explain("我想报名").rules if rule.is_chosen]
    assert [rule.action for rule in chosen] == ["events.list"]


def test_odd_texts_break_nothing(explain):
    for text in ("\udc80", "0", "\x00", "哈" * 2000, "<script>alert(1)</script>", "😭" * 50):
        assert explain(text, "菜单").answer.route

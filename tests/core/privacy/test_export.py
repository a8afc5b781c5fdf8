"""The copy of everything (个人信息副本, P9) and the counts that chat tells."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.events import signups
from core.privacy import erasure, export, holdings
from tests.support.happenings import make_event
from tests.support.people import Person

Cast = Callable[[str], Person]


@pytest.fixture
def lin(person: Cast) -> Person:
    return person("lin")


def test_everything_is_in_it_decrypted_and_json_can_carry_it(lin: Person, session: Session, clock: FixedClock) -> None:
    for words in ("找老师", "1", "数学怎么学", "2", "13800000001", "3"):
        lin.says(words)
    event = make_event(session, clock.now(), "101", title="义务植树")
    signups.sign_up(session, event, lin.contact, {"name": "林晓"}, clock.now())
    told = json.loads(json.dumps(export.of(session, lin.contact), ensure_ascii=False))
    assert told["contact"]["open_id"] == lin.open_id
    assert told["contact"]["consents"][0]["purpose"] == "referral"
    assert [message["text"] for message in told["messages"]][:2] == ["找老师", "1"]
    assert "编号" in told["messages"][-1]["reply"]
    assert told["cases"][0]["reach"]["phone"] == "13800000001"
    assert told["cases"][0]["summary"] == "数学怎么学"
    assert told["signups"][0] | {"event": "义务植树", "answers": {"name": "林晓"}} == told["signups"][0]


def test_no_live_link_and_no_risk_is_in_it(lin: Person, session: Session, clock: FixedClock) -> None:
    for words in ("最近压力好大，睡不着", "我不想活了", "导出我的数据"):
        clock.move(minutes=1)
        lin.says(words)
    told = export.of(session, lin.contact)
    copy = json.dumps(told, ensure_ascii=False)
    assert told["messages"][-1]["text"] == "导出我的数据"
    assert "/pages/privacy/" not in copy
    assert not any(word in copy for word in ('"risk"', '"high"', '"raised"'))


def test_a_suggestion_is_in_it_as_what_it_is(lin: Person, session: Session) -> None:
    lin.says("最近压力好大，睡不着")
    told = export.of(session, lin.contact)
    assert told["cases"] == []
    assert [one["state"] for one in told["suggestions"]] == ["suggested"]


def test_nobody_elses_data_is_in_it(lin: Person, person: Cast, session: Session) -> None:
    person("wang").says("我是小王的秘密")
    lin.says("你好")
    assert "小王" not in json.dumps(export.of(session, lin.contact), ensure_ascii=False)


def test_after_an_erasure_nothing_is_in_it(lin: Person, session: Session, clock: FixedClock) -> None:
    event = make_event(session, clock.now(), "101", title="义务植树")
    for words in ("最近压力好大，睡不着", "找老师", "1", "1", "1", "3", "撤回求助", "1"):
        clock.move(minutes=1)
        lin.says(words)
    signups.sign_up(session, event, lin.contact, {"name": "林晓"}, clock.now())
    contact = lin.contact
    erasure.erase(session, contact, clock.now(), "asked")
    told = export.of(session, contact)
    assert told["contact"]["open_id"] is None
    assert told["messages"] == []
    assert told["signups"] == told["cases"] == told["suggestions"] == []


def test_counts_agree_with_the_copy(lin: Person, session: Session, clock: FixedClock) -> None:
    for words in ("找老师", "1", "1", "1", "3", "菜单"):
        lin.says(words)
    told, held = export.of(session, lin.contact), holdings.of(session, lin.contact)
    assert held.messages == len(told["messages"]) == 6
    assert held.cases == len(told["cases"]) == 1
    assert held.consents == len(told["contact"]["consents"]) == 1
    assert held.held_case == told["cases"][0]["number"]

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


def test_nobody_elses_data_is_in_it(lin: Person, person: Cast, session: Session) -> None:
    person("wang").says("我是小王的秘密")
    lin.says("你好")
    assert "小王" not in json.dumps(export.of(session, lin.contact), ensure_ascii=False)


def test_after_an_erasure_nothing_is_in_it(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says("你好")
    contact = lin.contact
    erasure.erase(session, contact, clock.now(), "asked")
    told = export.of(session, contact)
    assert told["contact"]["open_id"] is None
    assert told["messages"] == []


def test_counts_agree_with_the_copy(lin: Person, session: Session, clock: FixedClock) -> None:
    for words in ("找老师", "1", "1", "1", "3", "菜单"):
        lin.says(words)
    told, held = export.of(session, lin.contact), holdings.of(session, lin.contact)
    assert held.messages == len(told["messages"]) == 6
    assert held.cases == len(told["cases"]) == 1
    assert held.consents == len(told["contact"]["consents"]) == 1
    assert held.held_case == told["cases"][0]["number"]

"""The form of an event: what is asked, in which order, and what fits."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.events import forms
from core.events.errors import InvalidAnswer
from core.events.forms import Question
from core.events.models import Event
from tests.support.happenings import AGE, NAME, PHONE, make_event


@pytest.fixture
def plain() -> Event:
    """No age limits; nothing stored."""
    return Event(number="1", title="活动", fields=[NAME, PHONE])


def asked(event: Event, answers: dict[str, Any]) -> list[str]:
    return [question.name for question in forms.questions(event, answers)]


@pytest.mark.parametrize(
    ("fields", "limits", "names"),
    [
        ([], {}, []),
        ([NAME], {}, ["over_14", "name"]),
        ([NAME, AGE], {}, ["age", "name"]),
        ([NAME], {"min_age": 16}, ["age", "name"]),
        ([], {"max_age": 28}, ["age"]),
    ],
)
def test_age_comes_first_and_no_more_of_it_than_is_needed(
    fields: list[dict[str, Any]], limits: dict[str, int], names: list[str]
) -> None:
    assert asked(Event(number="1", title="活动", fields=fields, **limits), {}) == names


@pytest.mark.parametrize(
    ("answers", "needed"),
    [({"age": 13}, True), ({"age": 14}, False), ({"over_14": False}, True), ({"over_14": True}, False), ({}, False)],
)
def test_a_guardian_is_needed_under_14(plain: Event, answers: dict[str, Any], needed: bool) -> None:
    assert ("guardian_consent" in asked(plain, answers)) is needed


def test_the_guardian_agrees_before_the_child_tells_a_name(plain: Event) -> None:
    names = asked(plain, {"over_14": False})
    assert names.index("guardian_consent") < names.index("guardian_name") < names.index("name")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", "林晓", "林晓"),
        ("name", " 阿卜杜拉·买买提 ", "阿卜杜拉·买买提"),
        ("name", "Anna Li", "Anna Li"),
        ("name", "我叫欧阳娜娜", "欧阳娜娜"),
        ("name", "我的名字是林晓。", "林晓"),
        ("name", "姓名：林晓", "林晓"),
        ("phone", "+86 138-0000-1111", "13800001111"),
        ("phone", "我的手机１３８００００１１１１", "13800001111"),
        ("age", "我今年十四岁了", 14),
        ("over_14", "1", True),
        ("over_14", "没有", False),
        ("over_14", "还没满", False),
        ("over_14", "十三岁", False),
        ("over_14", "没满14岁", False),
        ("over_14", "不满14", False),
        ("over_14", "快14了", False),
        ("school", "郑州航空港区第一百零三中学", "郑州航空港区第一百零三中学"),
        ("emergency_contact", "妈妈 13800001111", "妈妈 13800001111"),
        ("emergency_contact", "13800001111是我妈", "13800001111是我妈"),
        ("guardian_name", "妈妈李红", "妈妈李红"),
        ("guardian_name", "我叫林大海", "林大海"),
        ("guardian_consent", "家长同意", "未核实"),
        ("guardian_consent", "我是他爸爸，我同意", "未核实"),
        ("idea", "洗菜水浇花", "洗菜水浇花"),
    ],
)
def test_what_fits(plain: Event, name: str, text: str, value: Any) -> None:
    assert forms.read(plain, Question(name), text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("name", "林"),
        ("name", "林晓123"),
        ("name", "=cmd|calc"),
        ("name", "字" * 21),
        ("phone", "12345"),
        ("phone", "23800001111"),
        ("age", "很大"),
        ("age", "0"),
        ("age", "200"),
        ("school", "无"),
        ("school", "校" * 41),
        ("emergency_contact", "妈妈"),
        ("guardian_consent", "好的"),
        ("guardian_consent", "1"),
        ("guardian_consent", "我不同意"),
        ("guardian_consent", "家长还没同意，不知道"),
        ("idea", "点" * 201),
        ("idea", "   "),
        ("idea", "跳过"),
    ],
)
def test_what_does_not_fit(plain: Event, name: str, text: str) -> None:
    with pytest.raises(InvalidAnswer):
        forms.read(plain, Question(name), text)


@pytest.mark.parametrize(
    "words", ["不知道", "为什么要填这个", "你叫什么", "好的", "帮我", "谢谢", "不告诉你", "我不想写"]
)
def test_words_that_answer_something_else_are_no_name(plain: Event, words: str) -> None:
    with pytest.raises(InvalidAnswer):
        forms.read(plain, Question("name"), words)


@pytest.mark.parametrize("name", ["阿不都外力", "么书仪", "谢谢谢", "郝好"])
def test_unusual_names_are_taken(plain: Event, name: str) -> None:
    assert forms.read(plain, Question("name"), name) == name


def test_only_what_is_optional_is_skipped(plain: Event) -> None:
    assert forms.read(plain, Question("school", required=False), "跳过") is None


@pytest.mark.parametrize(
    "name",
    [
        "妈妈",
        "爸爸",
        "家长",
        "奶奶",
        "我妈",
        "老爸",
        "媽媽",
        "小明妈妈",
        "监护人",
        "姐姐",
        "我的阿姨",
        "Mother",
        "我妈同意",
        "我是他爸爸",
        "家长同意",
    ],
)
def test_who_somebody_is_to_the_child_is_no_name_of_a_guardian(plain: Event, name: str) -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        forms.read(plain, Question("guardian_name"), name)
    assert refusal.value.reply_key == "events.invalid.guardian_name"


@pytest.mark.parametrize(("first", "later"), [("guardian_phone", "phone"), ("phone", "guardian_phone")])
def test_a_child_and_a_guardian_have_two_phones(plain: Event, first: str, later: str) -> None:
    given = {first: "13800000001"}
    with pytest.raises(InvalidAnswer) as refusal:
        forms.read(plain, Question(later), "138 0000 0001", given)
    assert refusal.value.reply_key == f"events.invalid.same_{later}"
    assert forms.read(plain, Question(later), "13800000002", given) == "13800000002"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("妈妈", "emergency_phone"),
        ("妈妈 1380000", "emergency_phone"),
        ("13800001111", "emergency_name"),
        ("我的手机号是 +86 138-0000-1111", "emergency_name"),
        ("？？", "emergency_contact"),
    ],
)
def test_an_emergency_contact_has_a_name_and_a_number(plain: Event, text: str, missing: str) -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        forms.read(plain, Question("emergency_contact"), text)
    assert refusal.value.reply_key == f"events.invalid.{missing}"


@settings(deadline=None)
@given(
    name=st.sampled_from(
        ["name", "phone", "age", "over_14", "school", "emergency_contact", "guardian_consent", "idea"]
    ),
    text=st.text(max_size=300),
)
def test_any_text_fits_or_is_refused(name: str, text: str) -> None:
    event = Event(number="1", title="活动", fields=[], min_age=10, max_age=20)
    with contextlib.suppress(InvalidAnswer):
        forms.read(event, Question(name), text)


def test_every_refusal_has_its_text(session: Session, clock: FixedClock, resources: Any) -> None:
    event = make_event(session, clock.now(), min_age=13, max_age=15)
    for text in ("12", "99", "？", "", "字" * 201):
        with pytest.raises(InvalidAnswer) as refusal:
            forms.read(event, Question("age"), text)
        assert resources.say(refusal.value.reply_key, clock.now(), **refusal.value.values).text

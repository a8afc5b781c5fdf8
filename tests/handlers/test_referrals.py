"""Referral in chat (转介): consent, the questions, progress, withdrawal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts.models import Consent
from core.messages import Reply
from core.outbox.models import Delivery
from core.referrals.models import CLAIMED, CLOSED, WAITING, WITHDRAWN, Referral
from tests.support.people import Person
from tests.support.reading import case, kinds, says_all, text

Cast = Callable[[str], Person]
DESPAIR = "我不想活了"


def ask_for_counselor(person: Person) -> Reply:
    return says_all(person, "找老师", "1", "1", "1", "2")


# --- consent ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["找老师", "预约咨询", "转介"])
def test_asking_for_a_counselor_asks_for_consent_first(lin: Person, session: Session, word: str) -> None:
    assert lin.says(word).key == "referrals.ask_consent"
    assert session.scalars(select(Referral)).all() == []
    assert session.scalars(select(Consent)).all() == []


def test_the_menu_button_and_the_qr_code_do_the_same(lin: Person) -> None:
    assert lin.taps("referral.start").key == "referrals.ask_consent"
    assert lin.scans("referral.start").key == "referrals.ask_consent"


@pytest.mark.parametrize("word", ["1", "同意", "好的", "可以", "第一个"])
def test_yes_in_many_words(lin: Person, word: str) -> None:
    assert says_all(lin, "找老师", word).key == "referrals.ask_topic"


@pytest.mark.parametrize("word", ["2", "不同意", "不用", "不想"])
def test_no_in_many_words(lin: Person, word: str) -> None:
    reply = says_all(lin, "找老师", word)
    assert reply.key == "referrals.declined"
    assert "12355" in text(reply)


@pytest.mark.parametrize("word", ["我不太同意", "同意吗", "我怕被我妈知道", "嗯？", "4"])
def test_a_doubt_is_no_consent(lin: Person, word: str) -> None:
    reply = says_all(lin, "找老师", word)
    assert reply.key == "referrals.consent_unclear"
    assert lin.dialogue.expecting == "referral.consent"


@pytest.mark.parametrize("word", ["3", "先看看说明", "说明"])
def test_the_explanation_comes_with_the_question_again(lin: Person, word: str) -> None:
    assert says_all(lin, "找老师", word).key == "referrals.explain"
    assert lin.says("1").key == "referrals.ask_topic"


def test_refusing_leaves_nothing_behind(lin: Person, session: Session) -> None:
    says_all(lin, "最近压力好大，睡不着", "1", "不同意")
    assert session.scalars(select(Consent)).all() == []
    assert case(session).state == WITHDRAWN
    assert kinds(session)[-1] == "declined"


def test_leaving_in_the_middle_leaves_nothing_behind(lin: Person, session: Session) -> None:
    assert says_all(lin, "找老师", "1", "1", "0").key == "common.cancelled"
    assert session.scalars(select(Referral)).all() == []
    assert session.scalars(select(Consent)).all() == []


def test_the_consent_keeps_which_wording_was_agreed_to_and_when(
    lin: Person, session: Session, clock: FixedClock
) -> None:
    lin.says("找老师")
    agreed_at = clock.now()
    lin.says("同意")
    clock.move(minutes=5)
    says_all(lin, "1", "1", "2")
    consent = session.scalars(select(Consent)).one()
    assert (consent.purpose, consent.given_at.astimezone(UTC)) == ("referral", agreed_at)
    assert consent.text_version.startswith("referral-")
    assert case(session).consent_id == consent.id


# --- the questions ----------------------------------------------------------------------------------------------


def test_four_answers_open_a_case_and_owe_an_alert(lin: Person, session: Session) -> None:
    reply = ask_for_counselor(lin)
    assert reply.key == "referrals.opened"
    assert case(session).number in text(reply)
    assert (case(session).state, case(session).source, case(session).topic) == (WAITING, "asked", "心理")
    assert session.scalars(select(Delivery)).one().kind == "referral_alert"


def test_the_answer_names_the_lines_and_promises_nobody_at_a_time(lin: Person) -> None:
    reply = text(ask_for_counselor(lin))
    assert "12355" in reply
    assert "12356" in reply
    assert not any(word in reply for word in ("马上", "小时内", "分钟内", "24小时", "24 小时"))


def test_three_topics_at_a_time_and_the_numbers_go_on(lin: Person, session: Session) -> None:
    says_all(lin, "找老师", "1", "更多", "更多", "更多", "更多")
    says_all(lin, "6", "1", "1")
    assert case(session).topic == "网络"


def test_own_words_are_kept_sealed_with_the_topic_they_speak_of(lin: Person, session: Session) -> None:
    own = "我爸妈天天吵架，我不知道该怎么办"
    says_all(lin, "找老师", "1", own, "1", "2")
    assert case(session).summary == own
    assert own.encode() not in (case(session).summary_sealed or b"")
    assert case(session).risk in ("none", "concern")


def test_a_topic_number_that_is_not_there_is_asked_again(lin: Person) -> None:
    assert says_all(lin, "找老师", "1", "17").key == "common.unknown_choice"
    assert lin.says("2").key == "referrals.ask_reach"


def test_a_telephone_number_is_checked_and_kept_sealed(lin: Person, session: Session) -> None:
    says_all(lin, "找老师", "1", "1")
    assert lin.says("打电话").key == "referrals.ask_phone"
    assert lin.says("1234").key == "referrals.phone_unclear"
    assert lin.says("138 0000 0001").key == "referrals.ask_when"
    lin.says("放学后")
    assert json.loads(case(session).reach or "") == {"ways": ["phone"], "phone": "13800000001"}
    assert case(session).reach_when == "after_school"


@pytest.mark.parametrize("word", ["跳过", "没有手机", "不想留"])
def test_without_a_telephone_the_counselor_writes_in_wechat(lin: Person, session: Session, word: str) -> None:
    says_all(lin, "找老师", "1", "1", "2", word, "2")
    assert json.loads(case(session).reach or "")["ways"] == ["wechat"]


def test_a_time_in_own_words_is_kept(lin: Person, session: Session) -> None:
    says_all(lin, "找老师", "1", "1", "1", "周三下午体育课以后")
    assert json.loads(case(session).reach or "")["when"] == "周三下午体育课以后"
    assert case(session).reach_when == "own_words"


def test_something_else_at_a_choice_goes_where_it_belongs(lin: Person) -> None:
    says_all(lin, "找老师", "1", "1")
    assert lin.says("附近的青春家园").key.startswith("venues.")


def test_a_slip_in_the_questions_loses_nothing(lin: Person) -> None:
    says_all(lin, "找老师", "1", "1")
    assert lin.says("微信").key == "common.unknown_choice"
    assert lin.says("1").key == "referrals.ask_when"


def test_small_talk_at_the_consent_question_leaves_it_open(lin: Person) -> None:
    lin.says("找老师")
    assert lin.says("你会告诉我妈吗").key == "talk.secret"
    assert lin.says("1").key == "referrals.ask_topic"


def test_distress_while_answering_raises_the_risk_of_the_case(lin: Person, session: Session) -> None:
    says_all(lin, "找老师", "1", "最近压力好大，睡不着", "1", "2")
    assert case(session).risk == "concern"


def test_asking_twice_gives_the_same_case(lin: Person, session: Session) -> None:
    ask_for_counselor(lin)
    reply = lin.says("找老师")
    assert reply.key == "referrals.already_open"
    assert case(session).number in text(reply)


def test_a_person_in_a_crisis_case_may_still_say_how_to_be_reached(
    lin: Person, session: Session, clock: FixedClock
) -> None:
    lin.says(DESPAIR)
    clock.move(hours=1)
    ask_for_counselor(lin)
    assert case(session).risk == "high"
    assert case(session).consent_id is not None
    assert "consented" in kinds(session)


def test_refusing_consent_leaves_a_crisis_case_open_and_says_so(
    lin: Person, session: Session, clock: FixedClock
) -> None:
    lin.says(DESPAIR)
    clock.move(hours=1)
    assert says_all(lin, "找老师", "不同意").key == "referrals.declined_held"
    assert case(session).state == WAITING


# --- going on, progress -----------------------------------------------------------------------------------------


def test_what_is_written_afterwards_is_added(lin: Person, session: Session) -> None:
    ask_for_counselor(lin)
    assert lin.says("对了，是上个星期开始的").key == "referrals.added_more"
    assert kinds(session)[-1] == "message"


def test_leaving_after_the_case_is_open_does_not_say_that_nothing_was_stored(lin: Person) -> None:
    ask_for_counselor(lin)
    assert lin.says("0").key == "menu.left_case"


@pytest.mark.parametrize(
    ("state", "key"),
    [(WAITING, "waiting"), (CLAIMED, "claimed"), (CLOSED, "closed"), (WITHDRAWN, "withdrawn")],
)
def test_progress_tells_the_state_without_content(
    lin: Person, session: Session, clock: FixedClock, state: str, key: str
) -> None:
    says_all(lin, "找老师", "1", "最近数学作业有点多，我和同桌闹矛盾了", "1", "2")
    opened = case(session)
    opened.state, opened.closed_at = state, clock.now() if state in (CLOSED, WITHDRAWN) else None
    reply = lin.says("进度")
    assert reply.key == f"referrals.progress.{key}"
    assert opened.number in text(reply)
    assert "同桌" not in text(reply)
    assert (opened.summary or "") not in text(reply)


def test_without_a_case_progress_offers_to_start_one(lin: Person) -> None:
    assert lin.says("进度").key == "referrals.progress.none"
    assert lin.says("1").key == "referrals.ask_consent"


def test_a_mere_suggestion_is_not_shown_as_a_case(lin: Person, clock: FixedClock) -> None:
    lin.says("最近压力好大，睡不着")
    clock.move(hours=1)
    assert lin.says("进度").key == "referrals.progress.none"


# --- withdrawal -------------------------------------------------------------------------------------------------


def test_withdrawing_takes_one_confirmation_and_ends_case_and_consent(lin: Person, session: Session) -> None:
    ask_for_counselor(lin)
    assert lin.says("撤回求助").key == "referrals.ask_withdraw"
    assert lin.says("1").key == "referrals.withdrawn"
    assert (case(session).state, case(session).is_open) == (WITHDRAWN, False)
    assert session.scalars(select(Consent)).one().withdrawn_at is not None


@pytest.mark.parametrize("word", ["2", "先留着", "不撤回", "不"])
def test_a_no_at_withdrawal_keeps_the_case(lin: Person, session: Session, word: str) -> None:
    ask_for_counselor(lin)
    lin.says("撤回求助")
    assert lin.says(word).key == "referrals.kept"
    assert case(session).is_open


def test_who_is_in_danger_is_not_promised_to_be_left_alone(lin: Person) -> None:
    lin.says(DESPAIR)
    asked = lin.says("撤回求助")
    assert asked.key == "referrals.ask_withdraw_held"
    for reply in (asked, lin.says("嗯？")):
        assert "先给老师看过" in text(reply)
        assert "不再联系" not in text(reply)


def test_danger_holds_a_case_and_the_wish_is_noted(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says(DESPAIR)
    clock.move(hours=1)
    assert says_all(lin, "撤回求助", "1").key == "referrals.withdraw_noted"
    assert case(session).is_open
    assert kinds(session)[-1] == "withdraw_asked"


def test_without_a_case_there_is_nothing_to_withdraw(lin: Person) -> None:
    assert lin.says("撤回求助").key == "referrals.nothing_to_withdraw"

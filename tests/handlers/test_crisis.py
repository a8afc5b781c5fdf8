"""Crisis in chat (危机): the answer, the case, the alert; then listening on. Wording is checked in tests/content."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.messages import Click
from core.outbox.models import PENDING, Delivery
from core.referrals.models import SUGGESTED, WAITING
from core.resources import Resources
from handlers import crisis
from tests.support.people import Person
from tests.support.reading import case, kinds, text

Cast = Callable[[str], Person]
DESPAIR = "我不想活了"


def alerts(session: Session) -> list[Delivery]:
    return list(session.scalars(select(Delivery).where(Delivery.kind == "referral_alert").order_by(Delivery.id)))


# --- the answer -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("药都买好了，今晚就走", "crisis.imminent"),
        (DESPAIR, "crisis.high"),
        ("我爸又打我了，我身上都是伤", "crisis.abuse"),
        ("我同学跟我说她不想活了，我该怎么办", "crisis.friend"),
    ],
)
def test_each_danger_has_its_own_words(lin: Person, words: str, key: str) -> None:
    reply = lin.says(words)
    assert reply.key == key
    assert "12356" in text(reply)
    assert "12355" in text(reply)


def test_a_crisis_opens_an_urgent_case_without_asking_for_consent(lin: Person, session: Session) -> None:
    lin.says(DESPAIR)
    opened = case(session)
    assert (opened.source, opened.risk, opened.state) == ("crisis", "high", WAITING)
    assert opened.consent_id is None
    assert kinds(session) == ["opened", "message"]


def test_the_alert_is_owed_at_once_and_never_expires(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says(DESPAIR)
    (alert,) = alerts(session)
    assert (alert.state, alert.due_at, alert.expires_at) == (PENDING, clock.now(), None)
    assert alert.referral_id == case(session).id


def test_the_alert_tells_number_and_risk_but_neither_words_nor_identity(lin: Person, session: Session) -> None:
    lin.says(DESPAIR)
    (alert,) = alerts(session)
    payload = json.loads(alert.payload)
    assert payload == {
        "number": case(session).number,
        "risk": "high",
        "topic": case(session).topic,
        "source": "crisis",
        "age_minutes": 0,
    }
    assert DESPAIR not in alert.payload
    assert lin.open_id not in alert.payload
    assert alert.contact_id is None


def test_the_answer_says_that_counselors_were_told_only_with_the_alert_stored(
    lin: Person, resources: Resources
) -> None:
    told = resources.texts.get("crisis.alerted")
    assert told in text(lin.says(DESPAIR))


def test_a_crisis_breaks_through_a_dialogue_and_ends_it(lin: Person) -> None:
    lin.says("找老师")
    lin.says("同意")
    assert lin.says(DESPAIR).key == "crisis.high"
    assert lin.dialogue.expecting == "crisis.listen"
    assert "agreed_at" not in lin.dialogue.answers


def test_a_further_crisis_message_is_answered_in_other_words_and_always_with_numbers(
    lin: Person, clock: FixedClock
) -> None:
    answers = []
    for _ in range(6):
        clock.move(minutes=1)
        answers.append(lin.says(DESPAIR))
    assert [answer.key for answer in answers] == ["crisis.high"] + ["crisis.again"] * 5
    assert all(before != after for before, after in pairwise(answers))
    assert all("12356" in text(answer) and "120" in text(answer) for answer in answers)


def test_a_graver_message_gets_the_graver_words_and_not_again(lin: Person, clock: FixedClock) -> None:
    lin.says(DESPAIR)
    clock.move(minutes=30)
    assert lin.says("药都买好了，今晚就走").key == "crisis.imminent"


def test_after_a_day_the_full_words_come_again(lin: Person, clock: FixedClock) -> None:
    lin.says(DESPAIR)
    clock.move(hours=25)
    assert lin.says(DESPAIR).key == "crisis.high"


def test_every_crisis_message_joins_the_one_case_and_owes_an_alert(
    lin: Person, session: Session, clock: FixedClock
) -> None:
    for _ in range(3):
        lin.says(DESPAIR)
        clock.move(minutes=20)
    assert kinds(session) == ["opened", "message", "message", "message"]
    assert len(alerts(session)) == 3
    assert json.loads(alerts(session)[-1].payload)["age_minutes"] == 40


def test_the_risk_of_a_case_rises_and_never_falls(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says(DESPAIR)
    clock.move(minutes=30)
    lin.says("药都买好了，今晚就走")
    clock.move(minutes=30)
    lin.says(DESPAIR)
    assert case(session).risk == "imminent"
    assert kinds(session).count("raised") == 1


def test_a_crisis_makes_a_suggestion_urgent(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says("最近压力好大，睡不着")
    clock.move(minutes=30)
    lin.says(DESPAIR)
    assert (case(session).state, case(session).source, case(session).risk) == (WAITING, "crisis", "high")
    assert len(alerts(session)) == 1


# --- without the database ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"risk": "imminent"}, "crisis.degraded.imminent"),
        ({"risk": "high"}, "crisis.degraded.high"),
        ({"risk": "high", "abuse": True}, "crisis.degraded.abuse"),
        ({"risk": "imminent", "third_party": True}, "crisis.degraded.friend"),
        ({"risk": "imminent", "third_party": True, "abuse": True}, "crisis.degraded.abuse"),
        ({"risk": "concern"}, "crisis.degraded.concern"),
        ({"risk": "concern", "third_party": True}, "crisis.degraded.concern"),
    ],
)
def test_degraded_words_need_no_database_and_claim_nothing(
    resources: Resources, clock: FixedClock, facts: dict[str, object], key: str
) -> None:
    judgement = replace(resources.understanding.judge("你好"), **facts)
    for variant in range(4):
        reply = crisis.degraded(judgement, resources, clock.now(), variant)
        assert reply.key == key
        assert "12356" in reply.text
        assert "通知" not in reply.text


# --- distress without danger ------------------------------------------------------------------------------------

STRESS = "最近压力好大，睡不着"


def test_distress_gets_warm_words_with_numbers_and_an_offer(lin: Person) -> None:
    reply = lin.says(STRESS)
    assert reply.key == "crisis.concern"
    assert "12356" in text(reply)
    assert len(text(reply)) <= 300
    assert lin.dialogue.expecting == "crisis.offer"


def test_distress_is_kept_in_sight_without_alert(lin: Person, session: Session) -> None:
    lin.says(STRESS)
    assert (case(session).state, case(session).risk) == (SUGGESTED, "concern")
    assert alerts(session) == []


def test_the_offer_leads_to_the_consent_question(lin: Person) -> None:
    lin.says(STRESS)
    assert lin.says("1").key == "referrals.ask_consent"


def test_the_offer_leads_to_articles(lin: Person) -> None:
    lin.says(STRESS)
    reply = lin.says("第二个")
    assert reply.key.startswith("study.")
    assert lin.route == "step:crisis.offer>study.search"


def test_more_words_after_the_offer_are_listened_to(lin: Person) -> None:
    lin.says(STRESS)
    reply = lin.says("嗯嗯")
    assert reply.key == "referrals.listening"
    assert "12355" in text(reply)
    assert lin.says("1").key == "referrals.ask_consent"


@pytest.mark.parametrize("word", ["0", "取消", "不用了"])
def test_leaving_the_offer_keeps_the_suggestion_and_claims_nothing(lin: Person, session: Session, word: str) -> None:
    lin.says("班上同学孤立我")
    reply = lin.says(word)
    assert reply.key == "menu.left_offer"
    assert "12356" in text(reply)
    assert (case(session).state, case(session).is_open) == (SUGGESTED, True)
    assert "declined" not in kinds(session)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [("老板不给我工资", ("12333", "12348")), ("刷单被骗了三千", ("110", "12348")), ("我被骗了钱", ("110", "12348"))],
)
def test_distress_gets_the_lines_that_fit_the_trouble(lin: Person, words: str, numbers: tuple[str, ...]) -> None:
    reply = lin.says(words)
    assert reply.key == "crisis.concern"
    assert all(f"\n{number} " in text(reply) for number in numbers)
    assert len(text(reply)) <= 300


def test_danger_with_such_a_trouble_gets_them_too(lin: Person) -> None:
    reply = lin.says("打工不发工资我不想活了")
    assert reply.key == "crisis.high"
    assert "\n12333 " in text(reply)


def test_the_numbers_may_be_asked_for_at_the_offer_and_it_stays(lin: Person) -> None:
    lin.says("老板不给我工资")
    assert lin.says("12355是多少").key == "crisis.numbers"
    assert lin.says("1").key == "referrals.ask_consent"


def test_distress_words_vary(lin: Person, clock: FixedClock) -> None:
    first = lin.says(STRESS)
    clock.move(hours=1)
    assert lin.says(STRESS) != first


def test_distress_in_an_open_case_is_added_to_it_and_said(lin: Person, session: Session, clock: FixedClock) -> None:
    lin.says(DESPAIR)
    clock.move(hours=1)
    reply = lin.says(STRESS)
    assert reply.key == "crisis.concern"
    assert case(session).number in text(reply)
    assert kinds(session) == ["opened", "message", "message"]


# --- listening on -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["嗯", "有人吗", "在吗", "家里", "帮助"])
def test_small_words_after_a_crisis_are_heard_and_get_no_menu(
    lin: Person, session: Session, clock: FixedClock, words: str
) -> None:
    lin.says(DESPAIR)
    clock.move(hours=3)
    reply = lin.says(words)
    assert reply.key == "referrals.heard"
    assert "12356" in text(reply)
    assert kinds(session)[-1] == "message"


@pytest.mark.parametrize("word", ["算了", "取消", "0"])
def test_giving_up_after_a_crisis_keeps_the_case_and_ends_the_listening(
    lin: Person, session: Session, clock: FixedClock, word: str
) -> None:
    lin.says(DESPAIR)
    reply = lin.says(word)
    assert reply.key == "menu.left_crisis"
    assert "12356" in text(reply)
    assert case(session).is_open
    clock.move(minutes=20)
    assert lin.says("今天好开心").key != "referrals.heard"
    assert lin.says(DESPAIR).key == "crisis.again"


@pytest.mark.parametrize(
    ("words", "feature"),
    [("菜单", "menu.help"), ("你能做什么", "menu.help"), ("活动", "events."), ("进度", "referrals.progress.waiting")],
)
def test_a_keyword_after_a_crisis_leads_where_it_says_and_the_case_stays(
    lin: Person, session: Session, words: str, feature: str
) -> None:
    lin.says(DESPAIR)
    assert lin.says(words).key.startswith(feature)
    assert case(session).is_open


@pytest.mark.parametrize(
    ("words", "key"),
    [("谢谢", "talk.thanks"), ("你是真人吗", "talk.human_or_bot"), ("12355是多少呀", "crisis.numbers")],
)
def test_small_talk_and_numbers_are_answered_and_the_listening_goes_on(
    lin: Person, session: Session, clock: FixedClock, words: str, key: str
) -> None:
    lin.says(DESPAIR)
    clock.move(minutes=1)
    assert lin.says(words).key == key
    assert kinds(session)[-1] == "message"
    assert lin.dialogue.expecting == "crisis.listen"
    clock.move(minutes=20)
    assert lin.says("家里").key == "referrals.heard"


# --- worry for a friend -----------------------------------------------------------------------------------------

WORRY = "我朋友说她不想活了"


def test_who_worries_for_a_friend_stays_in_the_friends_words(lin: Person, clock: FixedClock) -> None:
    answers = []
    for words in (WORRY, "我该怎么办", "她不让我告诉别人", "我很担心她", "她说她要跳楼", "她现在一个人在家"):
        answers.append(lin.says(words))
        clock.move(seconds=30)
    assert [answer.key for answer in answers] == ["crisis.friend"] * 6
    assert all(before != after for before, after in pairwise(answers))
    assert not any(pronoun in text(answer) for answer in answers for pronoun in ("他，", "他说", "陪他", "她"))


def test_the_worried_friends_own_danger_is_the_writers_own(lin: Person, clock: FixedClock) -> None:
    lin.says(WORRY)
    clock.move(seconds=30)
    assert lin.says("我也不想活了").key == "crisis.high"
    clock.move(seconds=30)
    assert lin.says("我该怎么办").key != "crisis.friend"


def test_who_was_in_danger_before_is_not_taken_for_a_friend_only(lin: Person, clock: FixedClock) -> None:
    lin.says(DESPAIR)
    clock.move(minutes=1)
    lin.says(WORRY)
    clock.move(minutes=1)
    assert lin.says("我该怎么办").key == "crisis.again"


def test_a_plain_wish_after_a_crisis_is_served(lin: Person, clock: FixedClock) -> None:
    lin.says(DESPAIR)
    clock.move(hours=1)
    assert lin.says("附近的青春家园").key.startswith("venues.")
    assert lin.dialogue.expecting != "crisis.listen"


def test_listening_ends_after_a_day(lin: Person, clock: FixedClock) -> None:
    lin.says(DESPAIR)
    clock.move(hours=25)
    reply = lin.says("阿巴阿巴")
    assert reply.key == "fallback.nothing"


# --- numbers ----------------------------------------------------------------------------------------------------


def test_the_numbers_come_by_word_and_by_menu(lin: Person) -> None:
    assert lin.says("紧急电话").key == "crisis.numbers"
    assert lin.sends(Click("crisis.numbers"), "CLICK", "crisis.numbers").key == "crisis.numbers"


def test_no_hours_are_said_that_nobody_checked(lin: Person, resources: Resources) -> None:
    reply = text(lin.says("紧急电话"))
    unchecked = [line for line in resources.hotlines if not line.hours]
    assert all(f"{line.number} {line.name}\n" in reply + "\n" for line in unchecked if line.number in reply)


def test_a_day_is_what_counts_as_the_same_crisis() -> None:
    assert timedelta(days=1) == crisis.SAME_CRISIS


@pytest.mark.parametrize("words", ["自杀预防讲座什么时候有", "学校要办预防自杀的讲座，找谁"])
def test_a_prevention_lecture_is_answered_with_information_and_numbers(person, words):
    reply = person("lin").says(words)
    assert reply.key == "crisis.prevention"
    assert "12356" in reply.text


@pytest.mark.parametrize("words", ["再见", "拜拜", "晚安"])
def test_a_goodbye_after_a_crisis_is_heard_and_never_chatted_away(person, words):
    lin = person("lin")
    lin.says("我不想活了")
    reply = lin.says(words)
    assert not reply.key.startswith("talk.")
    assert "12356" in reply.text

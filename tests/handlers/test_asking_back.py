"""Not sure enough: the bot asks, with choices that work, and remembers what was said (反问)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.messages import InboundMessage, Text
from core.outbox.models import MESSAGE_MENU, Delivery
from core.resources import Resources
from handlers import asking_back, routing
from handlers.registry import Registry
from handlers.routing import ALONE, CONFIDENT, Situation
from tests.support.doubt import Scores, unsure_of
from tests.support.happenings import make_event
from tests.support.people import Person
from tests.support.reading import text

UNCLEAR = "露天观星夜那个怎么弄"
THREE: Scores = (("venue", 0.4), ("events", 0.35), ("study", 0.2), ("other", 0.05))


@pytest.fixture
def doubting(lin: Person, session: Session, clock: FixedClock) -> Person:
    """Lin, of whose words the bot is not sure; there is an event that they name."""
    make_event(session, clock.now(), "909", title="露天观星夜", kind="天文")
    make_event(session, clock.now(), "910", title="敬老志愿服务日")
    lin.town.resources = unsure_of(lin.town.resources, **{UNCLEAR: THREE, "那个呢那个": THREE})
    return lin


def first(registry: Registry, resources: Resources, scores: Scores, expecting: str = "") -> routing.Decision:
    unsure = unsure_of(resources, **{UNCLEAR: scores})
    message = InboundMessage("o_lin", "gh_1", 0, "1", Text(UNCLEAR))
    return routing.first(registry, Situation(message, unsure.understanding.judge(UNCLEAR), expecting, unsure))


def test_the_choices_are_what_it_may_be_likeliest_first(doubting: Person) -> None:
    reply = doubting.says(UNCLEAR)
    assert (reply.key, doubting.route) == ("ask_back.which", "ask_back")
    lines = text(reply).split("\n")
    assert lines[1:4] == ["1 找青春家园", "2 可以报名的活动", "3 学习专栏目录"]


@pytest.mark.parametrize("answer", ["2", "第二个", "可以报名的活动", "活动"])
def test_an_answer_leads_there_with_the_words_of_before(doubting: Person, answer: str) -> None:
    doubting.says(UNCLEAR)
    reply = doubting.says(answer)
    if answer == "活动":  # nothing but a keyword is served for itself
        assert reply.key == "events.list"
        return
    assert doubting.route == "step:ask_back.choose>events.list"
    assert reply.key == "events.details"
    assert "露天观星夜" in text(reply)


def test_a_number_that_was_not_offered_is_asked_again(doubting: Person) -> None:
    doubting.says(UNCLEAR)
    assert doubting.says("7").key == "common.unknown_choice"
    assert doubting.says("1").key.startswith("venues.")


@pytest.mark.parametrize("answer", ["都不是", "不是", "都不对"])
def test_none_of_them_is_an_answer_too(doubting: Person, answer: str) -> None:
    doubting.says(UNCLEAR)
    assert doubting.says(answer).key == "ask_back.neither"
    assert doubting.dialogue.expecting == ""


def test_it_can_be_left(doubting: Person) -> None:
    doubting.says(UNCLEAR)
    assert doubting.says("0").key == "menu.left_list"


def test_clear_words_go_where_they_belong(doubting: Person) -> None:
    doubting.says(UNCLEAR)
    assert doubting.says("我想找老师聊聊").key == "referrals.ask_consent"


def test_nobody_is_asked_twice_in_a_row(doubting: Person) -> None:
    doubting.says(UNCLEAR)
    assert doubting.says("那个呢那个").key != "ask_back.which"
    assert doubting.says(UNCLEAR).key == "ask_back.which"


def test_a_cry_for_help_is_no_answer(doubting: Person) -> None:
    doubting.says(UNCLEAR)
    assert doubting.says("我不想活了").key.startswith("crisis.")


@pytest.mark.parametrize(
    ("scores", "route"),
    [
        ((("events", CONFIDENT), ("venue", 0.3)), "intent:events"),
        ((("events", CONFIDENT - 0.01), ("venue", 0.3)), "ask_back"),
        ((("events", ALONE), ("other", 0.45), ("venue", 0.01)), "intent:events"),
        ((("events", ALONE - 0.01), ("other", 0.45)), "ask_back"),
        ((("events", 0.5), ("help", 0.45)), "intent:events"),
        ((("other", 0.4), ("events", 0.3), ("venue", 0.3)), "ask_back"),
        ((("other", 0.6), ("events", 0.2), ("venue", 0.2)), "fallback"),
        ((("other", 0.5), ("events", 0.4)), "fallback"),
    ],
)
def test_the_threshold(registry: Registry, resources: Resources, scores: Scores, route: str) -> None:
    assert first(registry, resources, scores).name == route


def test_one_likely_thing_comes_with_somebody_to_talk_to(lin: Person) -> None:
    lin.town.resources = unsure_of(lin.town.resources, **{UNCLEAR: (("venue", 0.4), ("other", 0.35))})
    assert "1 找青春家园\n2 找 12355 老师聊聊" in text(lin.says(UNCLEAR))
    assert lin.says("2").key == "referrals.ask_consent"


def test_sadness_is_answered_and_not_asked_about(lin: Person) -> None:
    words = "最近压力好大，睡不着"
    lin.town.resources = unsure_of(lin.town.resources, **{words: THREE})
    assert lin.says(words).key.startswith("crisis.")


# --- with choices to tap ----------------------------------------------------------------------------------------


@pytest.fixture
def tapping(doubting: Person) -> Person:
    """Lin, writing to an account that has the right to send customer-service messages."""
    resources = doubting.town.resources
    doubting.town.resources = unsure_of(resources, True, **{UNCLEAR: THREE})
    return doubting


def menus(session: Session) -> list[Delivery]:
    return list(session.scalars(select(Delivery).where(Delivery.kind == MESSAGE_MENU)))


def test_without_the_right_nothing_is_sent(doubting: Person, session: Session) -> None:
    doubting.says(UNCLEAR)
    assert menus(session) == []


def test_with_the_right_the_choices_are_owed(tapping: Person, session: Session) -> None:
    reply = tapping.says(UNCLEAR)
    assert reply.key == "ask_back.tap"
    assert "1 " not in text(reply)
    assert len(menus(session)) == 1


def test_a_tap_leads_there_with_the_words_of_before(tapping: Person) -> None:
    tapping.says(UNCLEAR)
    reply = tapping.sends(Text("可以报名的活动", "102"))
    assert tapping.route == "tap>events.list"
    assert "露天观星夜" in text(reply)


def test_numbers_and_words_still_answer(tapping: Person) -> None:
    tapping.says(UNCLEAR)
    assert tapping.says("1").key.startswith("venues.")


def test_a_tap_long_after_still_works(tapping: Person, clock: FixedClock) -> None:
    tapping.says(UNCLEAR)
    clock.move(days=9)
    assert tapping.sends(Text("找青春家园", "103")).key == "venues.ask"


def test_a_tap_comes_before_whatever_is_asked_just_now(tapping: Person) -> None:
    tapping.says(UNCLEAR)
    tapping.says("找老师")
    assert tapping.sends(Text("学习专栏目录", "101")).key == "study.list"


def test_a_number_that_we_never_gave_is_read_by_its_words(tapping: Person) -> None:
    assert tapping.sends(Text("我要报名", "999")).key == "events.list"


def test_the_window_is_not_used_up_by_questions(tapping: Person, session: Session, clock: FixedClock) -> None:
    """Five may be sent after a message; two of them are kept for a counselor (R15)."""
    from core.outbox.models import ACCEPTED, CUSTOMER_SERVICE, Attempt

    keys = []
    for _ in range(4):
        clock.move(seconds=20)
        keys.append(tapping.says(UNCLEAR).key)
        tapping.says("0")
        for menu in menus(session):
            if not session.scalar(select(Attempt.id).where(Attempt.delivery_id == menu.id)):
                sent = {"recipient": tapping.contact.open_id_hash, "channel": CUSTOMER_SERVICE, "outcome": ACCEPTED}
                session.add(Attempt(delivery_id=menu.id, started_at=clock.now(), **sent))
        session.flush()
    assert keys == ["ask_back.tap"] * 3 + ["ask_back.which"]
    clock.move(seconds=timedelta(minutes=30).seconds)
    assert tapping.says(UNCLEAR).key == "ask_back.tap"


def test_every_tap_number_leads_somewhere(registry: Registry) -> None:
    assert all(registry.action(action) for action in asking_back.TAPPED.values())

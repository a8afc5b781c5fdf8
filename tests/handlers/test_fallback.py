"""The closest things there are (兜底), as choices that work."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.messages import TextReply
from tests.support.happenings import make_event
from tests.support.people import Person
from tests.support.reading import text


def test_words_that_mean_nothing_get_people_and_numbers(lin: Person) -> None:
    reply = lin.says("阿巴阿巴")
    assert reply.key == "fallback.nothing"
    assert isinstance(reply, TextReply)
    assert all(word in reply.text for word in ("12356", "12355", "人工", "菜单"))


def test_a_word_of_an_event_leads_to_it(lin: Person, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "909", title="露天观星夜", kind="观星")
    reply = lin.says("观星呀")
    assert reply.key == "fallback.closest"
    assert isinstance(reply, TextReply)
    assert "露天观星夜" in reply.text
    lin.says("1")
    assert lin.route == "step:fallback.choose>event"


def test_a_slip_at_the_offer_is_asked_again(lin: Person, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "909", title="露天观星夜", kind="观星")
    lin.says("观星呀")
    assert lin.says("8").key == "common.unknown_choice"
    assert lin.says("1").key.startswith("events.")


def test_new_words_at_the_offer_go_where_they_belong(lin: Person, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "909", title="露天观星夜", kind="观星")
    lin.says("观星呀")
    assert lin.says("我想找老师聊聊").key == "referrals.ask_consent"


def test_an_empty_text_gets_the_fallback(lin: Person) -> None:
    assert lin.says(" ").key == "fallback.nothing"


def test_whatever_is_offered_somebody_to_talk_to_is_among_it(lin: Person, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "909", title="露天观星夜", kind="观星")
    lin.says("观星呀")
    assert lin.says("2").key == "referrals.ask_consent"


def test_words_that_are_in_everything_offer_nothing(lin: Person, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "909", title="怎么写一个故事", kind="观星")
    assert "怎么写一个故事" not in text(lin.says("这个一个怎么没有"))


def test_a_title_with_a_slip_is_offered_too(lin: Person, session: Session, clock: FixedClock) -> None:
    make_event(session, clock.now(), "909", title="露天观星夜", kind="天文")
    reply = lin.says("露天观心夜呀")
    assert reply.key == "fallback.closest"
    assert isinstance(reply, TextReply)
    assert "露天观星夜" in reply.text

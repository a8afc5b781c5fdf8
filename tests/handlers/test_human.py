"""A person, not a machine (转人工)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.messages import TextReply
from core.outbox.models import Delivery
from core.referrals.models import WAITING, CaseEvent, Referral
from tests.support.people import Person


def test_the_wish_is_stored_at_once_and_colleagues_are_told(lin: Person, session: Session) -> None:
    reply = lin.says("转人工")
    case = session.scalars(select(Referral)).one()
    assert reply.key == "human.asked"
    assert isinstance(reply, TextReply)
    assert case.number in reply.text
    assert "12355" in reply.text
    assert (case.source, case.risk, case.topic, case.state) == ("human", "none", "其他", WAITING)
    assert session.scalars(select(Delivery.kind)).all() == ["referral_alert"]


def test_what_is_written_next_goes_to_whoever_answers(lin: Person, session: Session) -> None:
    lin.says("转人工")
    assert lin.says("想问团徽丢了在哪里补").key == "human.noted"
    assert lin.says("是小学发的那种").key == "human.noted"
    case = session.scalars(select(Referral)).one()
    assert case.summary == "想问团徽丢了在哪里补"
    assert list(session.scalars(select(CaseEvent.kind))).count("message") == 3


def test_thanks_are_no_question_for_whoever_answers(lin: Person, session: Session) -> None:
    lin.says("转人工")
    assert lin.says("谢谢").key == "talk.thanks"
    assert lin.says("想问团徽丢了在哪里补").key == "human.noted"
    assert session.scalars(select(Referral)).one().summary == "想问团徽丢了在哪里补"


def test_asking_again_tells_the_same_number_and_reminds(lin: Person, session: Session) -> None:
    lin.says("转人工")
    reply = lin.says("转人工")
    assert reply.key == "human.already_asked"
    assert isinstance(reply, TextReply)
    assert session.scalars(select(Referral)).one().number in reply.text
    assert len(session.scalars(select(Delivery)).all()) == 2


def test_leaving_does_not_say_that_nothing_was_stored(lin: Person) -> None:
    lin.says("转人工")
    assert lin.says("0").key == "menu.left_case"


def test_a_plain_wish_for_something_else_is_served(lin: Person) -> None:
    lin.says("转人工")
    assert lin.says("附近的青春家园").key.startswith("venues.")


def test_the_request_can_be_withdrawn(lin: Person, session: Session) -> None:
    lin.says("转人工")
    lin.says("撤回求助")
    assert lin.says("1").key == "referrals.withdrawn"
    assert not session.scalars(select(Referral)).one().is_open

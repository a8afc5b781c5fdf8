"""What is written to whom: news of a sign-up, late replies, and how long somebody waits."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.contacts import contacts
from core.events import signups
from core.events.models import Signup
from core.messages import Article, NewsReply
from core.outbox.models import REFUSED, SENT, SIGNUP_NOTICE, Delivery
from tests.core.outbox.conftest import Colleague
from tests.support.happenings import make_event


@pytest.fixture
def promoted(office):
    """Mei moved up from the waiting list, and is owed the news."""
    for who in ("lin", "mei"):
        office.push_from(who)

    def happen(session, now):
        event = make_event(session, now, title="团讲堂", capacity=1)
        first = signups.sign_up(session, event, contacts.find(session, "o_lin"), {}, now)
        signups.join_waiting_list(session, event, contacts.find(session, "o_mei"), {}, now)
        signups.cancel(session, first, now)
        return session.scalars(select(Delivery.id).where(Delivery.kind == SIGNUP_NOTICE)).one()

    return office.in_transaction(happen)


def test_whoever_moves_up_is_told(office, promoted):
    office.work()
    assert office.row(promoted).state == SENT
    ((who, words),) = office.wechat.sent
    assert who == "o_mei"
    assert "《团讲堂》" in words


def test_whoever_cancelled_meanwhile_is_not(office, promoted):
    def cancel(session, now):
        mei = contacts.find(session, "o_mei")
        signups.cancel(session, session.scalars(select(Signup).where(Signup.contact_id == mei.id)).one(), now)

    office.in_transaction(cancel)
    office.work()
    assert (office.row(promoted).state, office.row(promoted).reason) == (REFUSED, "no longer so")
    assert office.wechat.asked == []


def test_cards_leave_as_title_and_address(quick_office):
    office = quick_office
    interaction_id = office.push_from("lin")

    def answer_with_card(session, _now):
        from core.interactions.models import Interaction
        from core.interactions.replies import pack

        card = Article("入团需要什么条件", "", "https://example.org/pages/1")
        session.get_one(Interaction, interaction_id).reply = pack(NewsReply("study.card", (card,)), 0)

    office.in_transaction(answer_with_card)
    office.owe_reply_to(interaction_id)
    office.work()
    assert office.wechat.sent[0][1] == "[入团需要什么条件] https://example.org/pages/1"


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        ({"seconds": 59}, "不到 1 分钟"),
        ({"minutes": 35}, "35 分钟"),
        ({"hours": 3}, "3 小时"),
        ({"days": 2}, "2 天"),
    ],
)
def test_a_card_tells_how_long_somebody_waits_and_fits(quick_office, waited, words):
    office = quick_office
    office.colleagues = [Colleague("counselor", "o_zhou")]
    office.owe_alert()
    office.work(**waited)
    data = office.wechat.asked[0].values["data"]
    assert data["thing4"] == words
    assert len(data["phrase2"]) <= 5
    assert all(len(value) <= 20 for value in data.values())

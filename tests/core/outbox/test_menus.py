"""Choices to tap (msgmenu) leave once, in time, within the window; and not when nobody is asked any more."""

from __future__ import annotations

import pytest

from core.contacts import conversations
from core.contacts.conversations import Dialogue
from core.contacts.models import Contact
from core.db import Writes
from core.outbox import deliveries, menus
from core.outbox.letters import MenuLetter
from core.outbox.models import EXPIRED, REFUSED, SENT
from core.privacy import erasure
from core.wechat.errors import WeChatUnknown

LETTER = MenuLetter("你想找的是：", {"102": "可以报名的活动", "103": "找青春家园"}, "都不是，就换个说法。")


def asks(office, who="lin", step="ask_back.choose"):
    """The person wrote, and is asked; gives the delivery's id, None when there is no room."""
    interaction_id = office.push_from(who)
    contact_id = office.contact(who).id

    def owe(session, now):
        contact = session.get_one(Contact, contact_id)
        dialogue = Dialogue.of(session, contact, now)
        dialogue.begin("ask_back.choose")
        conversations.save(session, [dialogue])
        if not menus.owe(session, contact, interaction_id, LETTER, step, now):
            return None
        return deliveries.owe(session, "message_menu", f"message_menu:{interaction_id}", now, {}).id

    return office.in_transaction(owe)


def test_the_choices_arrive_as_they_were_written(office):
    owed = asks(office)
    office.work()
    (asked,) = office.wechat.asked
    assert asked.verb == "send_menu"
    assert asked.values == {"open_id": "o_lin", "head": LETTER.head, "items": dict(LETTER.items), "tail": LETTER.tail}
    assert office.row(owed).state == SENT


def test_whoever_went_on_is_not_asked_any_more(quick_office):
    office = quick_office
    owed = asks(office)
    contact_id = office.contact("lin").id

    def go_on(session, now):
        dialogue = Dialogue.of(session, session.get_one(Contact, contact_id), now)
        dialogue.clear()
        conversations.save(session, [dialogue])

    office.in_transaction(go_on)
    office.work()
    assert office.wechat.asked == []
    assert (office.row(owed).state, office.row(owed).reason) == (REFUSED, "no longer asked")


def test_a_question_that_is_late_expires(quick_office):
    office = quick_office
    owed = asks(office)
    office.clock.move(minutes=6)
    assert office.work() == 0
    office.in_transaction(deliveries.expire_overdue)
    assert office.row(owed).state == EXPIRED


def test_two_messages_of_the_window_are_left_for_a_counselor(quick_office):
    office = quick_office
    sent = []
    for _ in range(4):
        sent.append(asks(office))
        office.work(seconds=5)
    assert [owed is None for owed in sent] == [False, False, False, True]
    assert len(office.wechat.asked) == 3


def test_a_question_whose_fate_is_unknown_is_asked_again(quick_office):
    office = quick_office
    owed = asks(office)
    office.wechat.fails(WeChatUnknown("cut"))
    office.work()
    office.work(seconds=40)
    assert office.row(owed).state == SENT


def test_whoever_was_erased_gets_nothing(quick_office):
    office = quick_office
    owed = asks(office)
    contact_id = office.contact("lin").id
    office.in_transaction(
        lambda session, now: erasure.erase(session, session.get_one(Contact, contact_id), now, "asked")
    )
    office.work()
    assert office.wechat.asked == []
    assert office.row(owed).state == REFUSED


def test_nothing_is_owed_in_a_transaction_that_others_share(quick_office):
    office = quick_office
    interaction_id = office.push_from("lin")
    contact = office.contact("lin")
    with office.database.together() as session, pytest.raises(Writes):
        menus.owe(session, contact, interaction_id, LETTER, "ask_back.choose", office.clock.now())

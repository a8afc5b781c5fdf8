"""Customer-service messages stay within WeChat's windows, and leave two for the counselor (R15)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.interactions.triggers import Trigger
from core.outbox import windows
from core.outbox.letters import RESERVE
from core.outbox.models import NEEDS_HUMAN, REFUSED, SENT
from core.wechat.errors import WeChatUnknown
from simulator import windows as wechats
from simulator.errors import ApiError

BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE = 60
# What happens next, and how many seconds after the last: a push of the person, or something that we want to send.
HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["message", "click", "scan", "subscribe", "send", "send", "send"]),
        st.sampled_from([0, 1, 19, 30, 45, 59, 61, 10 * MINUTE, 24 * 60 * MINUTE, 47 * 60 * MINUTE, 48 * 60 * MINUTE]),
        st.integers(0, 15),  # how late the push arrived
    ),
    max_size=60,
)


@settings(max_examples=500, deadline=None)
@given(HAPPENINGS)
def test_nothing_is_sent_over_the_budget(happenings):
    """WeChat's side is the simulator's own book of windows, which knows nothing of ours."""
    book, opened, sent, now = {}, [], [], BEGIN
    for what, seconds, late in happenings:
        now += timedelta(seconds=seconds)
        if what != "send":
            wechats.open_window(book, "lin", what, now.timestamp())
            opened.append(Trigger(now + timedelta(seconds=late), what == "message"))
            now += timedelta(seconds=late)
        elif windows.allowance(opened, sent, now).left > RESERVE:
            sent.append(now)
            wechats.spend(book, "lin", now.timestamp())  # raises 45015 or 45047 when it is over the budget
            longest = max((each for each in book["lin"] if each.until > now.timestamp()), key=lambda each: each.until)
            assert longest.left >= RESERVE


def test_the_property_can_fail():
    """The same history without the budget breaks WeChat's rules."""
    book = {}
    wechats.open_window(book, "lin", "click", BEGIN.timestamp())
    for _ in range(3):
        wechats.spend(book, "lin", BEGIN.timestamp())
    with pytest.raises(ApiError):
        wechats.spend(book, "lin", BEGIN.timestamp())


def test_three_automatic_messages_after_a_message_and_two_are_kept(office):
    interaction_id = office.push_from("lin")
    owed = [office.owe_reply_to(interaction_id) for _ in range(5)]
    office.work(minutes=10)
    assert sorted(office.row(each).state for each in owed) == [REFUSED, REFUSED, SENT, SENT, SENT]
    assert {office.row(each).reason for each in owed} == {"", "window used up"}
    contact = office.contact("lin")
    left = office.in_transaction(lambda session, now: windows.of(session, contact, now))
    assert left.left == RESERVE


def test_a_new_message_opens_a_new_window(office):
    first = office.push_from("lin")
    for _ in range(3):
        office.owe_reply_to(first)
    office.work()
    office.clock.move(hours=1)
    owed = office.owe_reply("lin")
    office.work()
    assert office.row(owed).state == SENT


def test_a_call_in_doubt_counts_as_one(office):
    interaction_id = office.push_from("lin", risk="high")
    doubtful = office.owe_reply_to(interaction_id)
    office.wechat.always_fails(WeChatUnknown("cut"))
    for _ in range(3):
        office.work(minutes=10)
    assert office.row(doubtful).state == NEEDS_HUMAN
    office.wechat.always_fails(None)
    owed = office.owe_reply_to(interaction_id)
    office.work()
    assert office.row(owed).state == REFUSED


def test_a_tap_opens_a_minute_only(office):
    tapped = office.owe_reply("lin", kind="click")
    office.work(seconds=5)
    late = office.owe_reply("mei", kind="click")
    office.work(minutes=2)
    assert (office.row(tapped).state, office.row(late).state) == (SENT, REFUSED)


def test_an_item_of_our_own_menu_is_a_tap(office):
    interaction_id = office.push_from("lin")

    def make_tap(session, now):
        from core.interactions.models import Interaction

        session.get_one(Interaction, interaction_id).raw = "<xml><bizmsgmenuid>101</bizmsgmenuid></xml>"

    office.in_transaction(make_tap)
    owed = office.owe_reply_to(interaction_id)
    office.work(minutes=5)
    assert office.row(owed).state == REFUSED

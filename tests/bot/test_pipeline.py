"""The life of one message: once, whole, and answered whatever fails (R1, R2, R4, R7, R21)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.pipeline import NotStored
from core import audit
from core.clock import FixedClock, SystemClock
from core.contacts import contacts
from core.contacts.models import Contact, Conversation
from core.interactions.models import Interaction
from core.messages import NoReply, TextReply
from core.outbox.models import Delivery
from core.privacy import erasure
from core.referrals.models import CaseEvent, Referral
from tests.support import pushes

WORRYING = "我不想活了"


def breaches(bot) -> list:
    with bot.parts.store.database.transaction() as session:
        return [breach for found in audit.run(session, bot.parts.store.clock.now()).values() for breach in found]


def test_a_message_is_stored_with_its_route_reasons_risk_latency_and_reply(bot):
    answer = bot.hears("有什么活动")
    (row,) = bot.rows(Interaction)
    assert (row.text, row.risk, row.reply_key) == ("有什么活动", "none", answer.reply.key)
    assert row.route
    assert row.reasons
    assert row.latency_ms > 0
    assert "有什么活动".encode() not in row.text_sealed


def test_a_repeat_gets_the_same_reply_and_has_no_second_effect(bot):
    first, second = (bot.hears(WORRYING, number=77) for _ in range(2))
    assert (first.reply, first.at) == (second.reply, second.at)
    assert len(bot.rows(Interaction)) == len(bot.rows(Referral)) == len(bot.rows(Delivery)) == 1


def test_two_events_of_one_second_are_two_and_a_repeated_one_is_one(bot):
    for key in ("menu.help", "crisis.numbers", "menu.help"):
        bot.gets(pushes.event_xml("o_lin", "CLICK", key, created_at=1_700_000_000))
    assert len(bot.rows(Interaction)) == 2


def test_twins_on_two_processes_have_one_effect_and_one_reply(make_bot, database_url):
    bots = [make_bot(database_url) for _ in range(2)]
    for number in range(500, 510):
        with ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(lambda n, number=number: bots[n % 2].hears(WORRYING, f"p{number}", number), range(8))
            )
        assert len({(answer.reply, answer.at) for answer in answers}) == 1
    assert len(bots[0].rows(Interaction)) == len(bots[0].rows(Referral)) == len(bots[0].rows(Delivery)) == 10
    assert bots[0].parts.spool.is_empty()


def test_without_the_claim_twins_would_have_two_effects(make_bot, sqlite_url, monkeypatch):
    """Negative control of the test above."""
    from bot import pipeline

    numbers = iter(range(10))
    real = pipeline.interactions.claim
    never_the_same = lambda s, message, at: real(s, replace(message, message_id=f"x{next(numbers)}"), at)  # noqa: E731
    monkeypatch.setattr(pipeline.interactions, "claim", never_the_same)
    bot = make_bot(sqlite_url)
    for _ in range(2):
        bot.hears(WORRYING, number=77)
    assert len(bot.rows(Interaction)) == 2


def test_a_dialogue_goes_on_in_another_process_and_after_a_restart(make_bot, database_url):
    one, other = make_bot(database_url), make_bot(database_url)
    one.hears("我想找咨询师")
    asked = one.rows(Conversation)[0].expecting
    answer = other.hears("1")
    assert answer.why["route"] == f"step:{asked}"


def test_a_dialogue_is_left_at_any_time_and_expires(make_bot, database_url, clock):
    bot = make_bot(database_url)
    bot.hears("我想找咨询师")
    assert bot.hears("取消").why["route"] == "cancel"
    assert bot.rows(Conversation) == []
    bot.hears("我想找咨询师")
    with bot.parts.store.database.transaction() as session:
        session.execute(text("UPDATE conversation SET expires_at = updated_at"))
    assert not bot.hears("1").why["route"].startswith("step:")


def test_a_crisis_message_breaks_through_any_dialogue(bot):
    bot.hears("我想找咨询师")
    assert bot.hears(WORRYING).why["route"] == "crisis"


def test_what_was_said_a_moment_ago_is_judged_too(bot):
    bot.hears("不想")
    assert bot.hears("活了").why["risk"] == "high"


def test_a_crisis_message_its_case_and_its_alert_are_one_transaction(bot, monkeypatch):
    """R7: whatever statement fails, there is no case without message and no message without a case or a told person."""
    from handlers import crisis

    def half_done(*_args, **_more):
        raise RuntimeError("killed between two statements")

    monkeypatch.setattr(crisis.cases.alerts, "owe", half_done)
    answer = bot.hears(WORRYING)
    assert answer.reply.key.startswith("crisis.degraded.")
    assert "12355" in answer.reply.text
    assert bot.rows(Referral) == bot.rows(CaseEvent) == []
    (told,) = bot.rows(Delivery)
    assert told.kind == "unhandled_crisis"
    assert bot.rows(Interaction)[0].failure == "RuntimeError"
    assert breaches(bot) == []


def test_a_handler_that_raises_is_recorded_and_answered_honestly(bot, monkeypatch):
    route = bot.parts.registry.actions["menu.help"]

    def writes_and_fails(_message, ctx):
        ctx.dialogue.begin("somewhere")
        raise ZeroDivisionError

    monkeypatch.setitem(bot.parts.registry.actions, "menu.help", replace(route, handle=writes_and_fails))
    first, second = (bot.hears("菜单", number=78) for _ in range(2))
    assert first.reply.key == "common.sorry"
    assert "12355" in first.reply.text
    assert second.reply == first.reply
    assert bot.rows(Conversation) == []
    (row,) = bot.rows(Interaction)
    assert (row.route, row.failure) == ("failed", "ZeroDivisionError")


def test_events_without_an_answer_are_stored_and_get_none(bot):
    for event in ("VIEW", "unsubscribe", "never_heard_of"):
        assert isinstance(bot.gets(pushes.event_xml("o_lin", event, "k")).reply, NoReply)
    assert len(bot.rows(Interaction)) == 3


def test_what_the_platform_says_of_itself_makes_nobody_a_contact(bot):
    bot.gets(pushes.event_xml("o_platform", "MASSSENDJOBFINISH", own="<MsgID>1</MsgID><Status>send success</Status>"))
    bot.gets("<xml><action>CheckContainerPath</action></xml>")
    assert bot.rows(Contact) == []
    assert len(bot.rows(Interaction)) == 2


def test_a_repeat_of_an_erased_message_brings_nothing_back(bot):
    bot.hears("我叫小雨", number=79)
    with bot.parts.store.database.transaction() as session:
        session.execute(text("UPDATE interaction SET text_sealed = NULL, raw_sealed = NULL, reply_sealed = NULL"))
    assert isinstance(bot.hears("我叫小雨", number=79).reply, NoReply)
    assert bot.rows(Interaction)[0].text is None


def test_a_database_that_stumbles_once_costs_no_message_its_handling(bot, monkeypatch):
    """A lock time-out is no fault of the handler: the message waits in the spool, and is handled then."""
    from handlers import routing

    real, calls = routing.answer, []

    def stumbles(*arguments):
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return real(*arguments)

    monkeypatch.setattr("bot.pipeline.routing.answer", stumbles)
    assert bot.hears(WORRYING).reply.key.startswith("crisis.degraded.")
    assert bot.rows(Interaction) == []
    bot.parts.drainer.drain()
    (row,) = bot.rows(Interaction)
    assert (row.route, row.failure) == ("crisis", "")
    assert len(bot.rows(Referral)) == 1


def test_a_crisis_that_only_the_words_before_show_is_told_when_its_handler_breaks(bot, monkeypatch):
    bot.hears("不想")
    monkeypatch.setattr("bot.pipeline.routing.answer", lambda *_: 1 / 0)
    assert bot.hears("活了").reply.key.startswith("crisis.degraded.")
    assert [delivery.kind for delivery in bot.rows(Delivery)] == ["unhandled_crisis"]


def test_what_waited_together_is_judged_together_however_long_it_waited(make_bot, sqlite_url):
    bad = make_bot("postgresql://nobody@127.0.0.1:9/none")
    bad.hears("不想")
    bad.hears("活了")
    good = make_bot(sqlite_url)
    good.parts.pipeline._clock = FixedClock(SystemClock().now() + timedelta(hours=1))
    good.parts.drainer.drain()
    assert [case.risk for case in good.rows(Referral)] == ["high"]


def test_an_old_unsubscribe_from_the_spool_undoes_no_newer_follow(make_bot, sqlite_url):
    bad = make_bot("postgresql://nobody@127.0.0.1:9/none")
    bad.gets(pushes.event_xml("o_lin", "unsubscribe", created_at=1_700_000_000))
    good = make_bot(sqlite_url, spool="other")
    good.gets(pushes.event_xml("o_lin", "subscribe", created_at=1_700_000_100))
    late = make_bot(sqlite_url)
    assert late.parts.drainer.drain() == 1
    assert late.rows(Contact)[0].is_subscribed


def test_what_comes_to_light_after_an_erasure_is_not_kept(make_bot, sqlite_url):
    bad = make_bot("postgresql://nobody@127.0.0.1:9/none")
    bad.hears("我叫小雨", number=9300)
    bad.hears(WORRYING, number=9301)
    good = make_bot(sqlite_url, spool="other")
    good.hears("你好")
    with good.parts.store.database.transaction() as session:
        contact = contacts.find(session, "o_lin")
        erasure.erase(session, contact, good.parts.store.clock.now(), "asked")
    late = make_bot(sqlite_url)
    assert late.parts.drainer.drain() == 2
    texts = [row.text for row in late.rows(Interaction) if row.text]
    assert texts == [WORRYING]  # a cry for help is no less one because it waited (P4)
    assert breaches(late) == []


# --- the database away ----------------------------------------------------------------------------------------------


@pytest.fixture(params=["refused", "not migrated", "locked", "hung"])
def away(request, make_bot, sqlite_url, tmp_path, monkeypatch):
    """A bot whose database fails in this way, and one that shares its spool and has a good one."""
    release = threading.Event()
    urls = {"refused": "postgresql://nobody@127.0.0.1:9/none", "not migrated": f"sqlite:///{tmp_path}/empty.db"}
    bad = make_bot(urls.get(request.param, sqlite_url), answer_deadline_s=0.3 if request.param == "hung" else 30.0)
    if request.param == "hung":
        monkeypatch.setattr(bad.parts.pipeline, "_exchange", lambda _arrival: release.wait(30))
        monkeypatch.setattr(bad.parts.pipeline._together, "_answer", lambda _seats: release.wait(30) and {})
    if request.param == "locked":
        monkeypatch.setattr("core.db.SQLITE_BUSY_MS", 50)
        bad = make_bot(sqlite_url)
        holder = bad.parts.store.database.engine.raw_connection()
        holder.cursor().execute("BEGIN IMMEDIATE")
        yield bad
        holder.close()
    else:
        yield bad
        release.set()


@pytest.mark.parametrize("words", [WORRYING, "我朋友说她想跳楼", "我爸喝醉了要打死我"])
def test_without_a_database_a_crisis_gets_its_numbers_and_no_false_promise(away, words):
    answer = away.hears(words)
    assert answer.reply.key.startswith("crisis.degraded.")
    assert "12355" in answer.reply.text
    assert "12356" in answer.reply.text
    assert "通知" not in answer.reply.text
    assert not away.parts.spool.is_empty()


def test_without_a_database_others_hear_that_their_message_is_safe(away):
    assert away.hears("有什么活动").reply.key == "common.busy_saved"
    assert isinstance(away.gets(pushes.event_xml("o_lin", "VIEW", "x")).reply, NoReply)


def test_without_a_database_a_tap_is_answered_and_the_numbers_are_given(away):
    tap = pushes.event_xml("o_lin", "CLICK", "crisis.numbers", created_at=1_700_000_001)
    assert away.gets(tap).reply.key == "crisis.numbers"
    assert away.gets(pushes.event_xml("o_lin", "CLICK", "study.list")).reply.key == "common.busy_saved"
    assert away.gets(pushes.event_xml("o_lin", "subscribe")).reply.key == "common.busy_saved"


def test_without_a_database_a_repeat_reads_the_same(away):
    first, second = (away.hears(WORRYING, number=80) for _ in range(2))
    assert (first.reply, first.at) == (second.reply, second.at)


def test_without_database_and_spool_a_crisis_is_still_answered_and_others_are_asked_again(away, monkeypatch):
    def full(_record):
        raise OSError(28, "no space left")

    monkeypatch.setattr(away.parts.spool, "put", full)
    assert "12355" in away.hears(WORRYING).reply.text
    with pytest.raises(NotStored):
        away.hears("有什么活动")


def test_what_waited_is_stored_in_order_once_and_its_reply_is_owed(make_bot, database_url):
    bad = make_bot("postgresql://nobody@127.0.0.1:9/none")
    said = ["你好", "我想找咨询师", WORRYING, WORRYING]
    for number, words in enumerate(said[:3]):
        bad.hears(words, number=9000 + number)
    bad.hears(said[3], number=9002)  # WeChat asks again
    good = make_bot(database_url)
    assert good.parts.drainer.drain() == 4
    rows = sorted(good.rows(Interaction), key=lambda row: row.received_at)
    assert [row.text for row in rows] == said[:3]
    assert all(row.spooled for row in rows)
    assert [case.risk for case in good.rows(Referral)] == ["high"]
    owed = good.rows(Delivery, Delivery.kind == "customer_service_message")
    assert {delivery.interaction_id for delivery in owed} == {row.id for row in rows}
    assert good.parts.spool.is_empty()
    assert breaches(good) == []


def test_a_drain_broken_off_by_the_database_goes_on_later_without_doubling(make_bot, database_url, monkeypatch):
    bad = make_bot("postgresql://nobody@127.0.0.1:9/none")
    for number in range(3):
        bad.hears("你好", number=9100 + number)
    good = make_bot(database_url)
    real, seen = good.parts.pipeline._exchange, []

    def fails_at_the_second(arrival):
        seen.append(arrival)
        return bad.parts.pipeline._exchange(arrival) if len(seen) == 2 else real(arrival)

    monkeypatch.setattr(good.parts.pipeline, "_exchange", fails_at_the_second)
    from bot.limits import Unavailable

    with pytest.raises(Unavailable):
        good.parts.drainer.drain()
    assert good.parts.drainer.drain() == 3
    assert len(good.rows(Interaction)) == len(good.rows(Delivery)) == 3


def test_a_record_that_cannot_be_processed_blocks_nobody_and_is_kept(make_bot, sqlite_url, monkeypatch):
    bad = make_bot("postgresql://nobody@127.0.0.1:9/none")
    for number in range(3):
        bad.hears("你好", number=9200 + number)
    good = make_bot(sqlite_url)
    real = good.parts.pipeline.replay

    def poisoned(record, message):
        if message.message_id == "9201":
            raise ValueError
        real(record, message)

    monkeypatch.setattr(good.parts.pipeline, "replay", poisoned)
    assert good.parts.drainer.drain() == 3
    assert len(good.rows(Interaction)) == 2
    assert good.parts.spool.aside() == 1


def test_when_the_database_is_back_the_next_message_is_stored(make_bot, sqlite_url, monkeypatch):
    bot = make_bot(sqlite_url)
    bot.parts.pipeline._in_time.breaker._pause_s = 0
    monkeypatch.setattr("bot.pipeline.interactions.store", lambda *_: 1 / 0)
    bot.hears("你好")
    monkeypatch.undo()
    assert isinstance(bot.hears("你好").reply, TextReply)
    assert len(bot.rows(Interaction)) == 1

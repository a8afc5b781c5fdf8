"""Group commit: several messages in one transaction, and everything out of the ordinary in one of its own (R1, R2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from bench.servers.waiting import wait_until
from bot import group_commit
from core.contacts.models import Contact, Conversation
from core.interactions.models import Interaction
from core.referrals.models import Referral
from tests.support import pushes

WORRYING = "我不想活了"


@contextmanager
def counted_commits(database):
    """How many transactions were committed in the block."""
    commits: list[object] = []
    listener = commits.append
    event.listen(database.engine, "commit", listener)
    yield commits
    event.remove(database.engine, "commit", listener)


@pytest.fixture
def together(bot):
    """`together(pushes)`: all of them wait before the first is answered, so that they are one group."""

    def answer(xmls: list[str]) -> list:
        group = bot.parts.pipeline._together
        group._is_working = True  # nobody begins before all are there
        with ThreadPoolExecutor(len(xmls)) as pool:
            coming = [pool.submit(bot.gets, xml) for xml in xmls]
            wait_until(lambda: len(group._waiting) == len(xmls), what="all to wait")
            group._work()
            return [one.result() for one in coming]

    return answer


def texts(count: int, words: str = "菜单", first: int = 1) -> list[str]:
    return [pushes.text_xml(f"o_group_{n}", words, 88_000 + n) for n in range(first, first + count)]


def test_messages_that_wait_share_one_commit(bot, together):
    with counted_commits(bot.parts.store.database) as commits:
        answers = together(texts(12))
    assert {answer.reply.key for answer in answers} == {"menu.help"}
    assert len(commits) == 1
    assert len(bot.rows(Interaction)) == len(bot.rows(Contact)) == len(bot.rows(Conversation)) == 12


def test_each_is_kept_with_its_own_words_reply_and_dialogue(bot, together):
    words = ["菜单", "谢谢", "十九大", "青春家园", "活动"]
    xmls = [pushes.text_xml(f"o_{n}", text, 99_000 + n) for n, text in enumerate(words)]
    answers = together(xmls)
    rows = {row.text: row for row in bot.rows(Interaction)}
    for text, answer in zip(words, answers, strict=True):
        assert rows[text].reply_key == answer.reply.key
        assert rows[text].route == answer.why["route"]
        assert pushes.text_xml("o_0", "", 0)[:5] == rows[text].raw[:5]
    # The dialogue goes on: “1” is the first of what the menu offered, for that person alone.
    assert bot.hears("1", "0").why["route"].startswith("step:menu.choose")


def test_a_repeat_in_the_group_has_no_second_effect(bot, together):
    first = together(texts(4))
    again = together(texts(4) + texts(2, first=20))
    assert [(a.reply, a.at) for a in again[:4]] == [(a.reply, a.at) for a in first]
    assert len(bot.rows(Interaction)) == 6


def test_what_is_out_of_the_ordinary_has_its_own_transaction(bot, together, monkeypatch):
    seen = []
    real = group_commit._Round._exchange
    monkeypatch.setattr(group_commit._Round, "_exchange", lambda *a: seen.append(a[1].message.text) or real(*a))
    xmls = [*texts(3), pushes.text_xml("o_worried", WORRYING, 77_001), pushes.text_xml("o_asks", "转人工", 77_002)]
    answers = together(xmls[:3] + xmls[4:])
    crisis = bot.gets(xmls[3])
    assert WORRYING not in seen
    assert crisis.why["route"] == "crisis"
    assert answers[-1].reply.key.startswith("human.")
    assert len(bot.rows(Referral)) == 2
    assert len(bot.rows(Interaction)) == 5


def test_a_person_whose_earlier_words_tell_is_not_taken_for_calm(bot):
    bot.hears("不想", "tell")
    assert bot.hears("活了", "tell").why["risk"] == "high"


def test_a_handler_that_breaks_costs_the_others_nothing(bot, together, monkeypatch):
    real = group_commit.routing.answer

    def broken(registry, message, ctx):
        if message.text == "谢谢":
            raise RuntimeError
        return real(registry, message, ctx)

    monkeypatch.setattr(group_commit.routing, "answer", broken)
    answers = together([*texts(3), pushes.text_xml("o_unlucky", "谢谢", 66_001)])
    assert [answer.reply.key for answer in answers] == ["menu.help"] * 3 + ["common.sorry"]
    assert len(bot.rows(Interaction)) == 4


def test_when_the_shared_transaction_fails_each_is_done_alone(bot, together, monkeypatch):
    real = group_commit.conversations.save

    def fails(session, dialogues):
        if len(dialogues) > 1:
            raise RuntimeError
        real(session, dialogues)

    monkeypatch.setattr(group_commit.conversations, "save", fails)
    answers = together(texts(5))
    assert {answer.reply.key for answer in answers} == {"menu.help"}
    assert len(bot.rows(Interaction)) == len(bot.rows(Conversation)) == 5


def test_two_machines_with_the_same_pushes_answer_alike(make_bot, database_url):
    bots = [make_bot(database_url) for _ in range(2)]
    xmls = texts(30)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda at: bots[at % 2].gets(xmls[at // 2]), range(60)))
    for one, other in zip(answers[::2], answers[1::2], strict=True):
        assert (one.reply, one.at) == (other.reply, other.at)
    assert len(bots[0].rows(Interaction)) == 30
    assert bots[0].parts.spool.is_empty()

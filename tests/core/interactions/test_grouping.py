"""Groups of what nobody understood, and lines for a rule file that were tried before they are shown."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from core.interactions import grouping, mending
from core.interactions.unanswered import Missed

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def said(*texts, person=None):
    return [Missed(uuid4(), NOW, person or uuid4(), "none", text) for text in texts]


CARD = ("团员证丢了怎么补办", "怎么补办团员证", "补办團員證要带什么", "团员证补办！！！")
COURT = ("篮球场怎么预约", "预约篮球场要钱吗")


def shape(groups):
    return [sorted(one.text for one in group.messages) for group in groups]


def test_what_asks_for_the_same_is_one_group_in_any_order():
    messages = said(*CARD, *COURT, "今天好冷")
    groups = grouping.group(messages)
    assert shape(groups) == [sorted(CARD), sorted(COURT), ["今天好冷"]]
    assert groups[0].shared() == ["团员证", "补办"]
    for seed in range(5):
        shuffled = random.Random(seed).sample(messages, len(messages))
        assert [group.key for group in grouping.group(shuffled)] == [group.key for group in groups]


def test_one_person_who_repeats_is_one_person():
    (group,) = grouping.group(said(*CARD, person=uuid4()))
    assert (len(group.messages), group.people) == (4, 1)
    assert group.shared(2) == []


def test_a_word_of_fewer_people_than_asked_for_is_not_shared():
    (group,) = grouping.group(said(*["团员证补办"] * 4, "团员证补办在航空港区"))
    assert "航空港区" not in group.shared(5)
    assert set(group.shared(5)) == {"团员证", "补办"}


def test_the_key_tells_nobody_the_words():
    (group,) = grouping.group(said("团员证补办"))
    assert group.key.isalnum()
    assert len(group.key) == 16


def test_odd_messages_break_nothing():
    assert len(grouping.group(said("？？", "。。", "\udc80", "😭", "a" * 3000, ""))) >= 1


# --- what to do about it --------------------------------------------------------------------------------------------


@pytest.fixture
def card():
    return grouping.group(said(*CARD))[0]


def test_lines_that_would_catch_the_group_are_proposed_for_the_right_file(resources, card):
    proposal = mending.propose(resources.rules, card, card.shared(), "study.list")
    assert proposal.file == "content/rules/study.toml"
    assert 'contains = ["团员证+补办"]' in proposal.snippet
    assert (proposal.catches, proposal.is_fit) == (4, True)
    assert not any(text in proposal.snippet for text in CARD), "no young person's sentence goes into the rules"


def test_lines_that_are_there_already_are_refused_with_the_reason(resources, card):
    proposal = mending.propose(resources.rules, card, ["报名", "植树"], "study.list")
    assert not proposal.is_fit
    assert "同时写在" in proposal.clash
    assert "events.toml" in proposal.clash


def test_lines_that_take_another_rules_example_name_it(resources, card):
    proposal = mending.propose(resources.rules, card, ["我想报名植树活动"], "study.list")
    assert not proposal.is_fit
    assert proposal.clash or proposal.takes


def test_nothing_is_proposed_without_words_or_for_an_unknown_action(resources, card):
    assert mending.propose(resources.rules, card, [], "study.list") is None
    assert mending.propose(resources.rules, card, card.shared(), "no.such") is None


def test_what_comes_near_is_offered_first(resources):
    assert mending.nearest(resources.rules, ["植树", "招聘会"])[0].startswith("events.")
    assert mending.nearest(resources.rules, ["鲸鱼"]) == []


def test_the_lines_are_toml_whatever_the_words_are(resources, card):
    import tomllib

    proposal = mending.propose(resources.rules, card, ['a"b\\c', "]"], "study.list")
    assert tomllib.loads(proposal.snippet)["rule"][0]["contains"] == ['a"b\\c+]']

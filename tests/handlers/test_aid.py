"""Help with the costs of school (希望工程、助学)."""

from __future__ import annotations

import pytest

from core.messages import TextReply
from tests.support.people import Person


@pytest.mark.parametrize("words", ["希望工程", "圆梦行动", "助学金", "希望工程怎么申请"])
def test_many_words_lead_there(lin: Person, words: str) -> None:
    reply = lin.says(words)
    assert reply.key == "aid.info"
    assert isinstance(reply, TextReply)
    assert "1 怎么申请" in reply.text


def test_one_leads_to_the_articles(lin: Person) -> None:
    lin.says("希望工程")
    reply = lin.says("1")
    assert reply.key.startswith("study.")
    assert "助学" in getattr(reply, "text", "") + "".join(card.title for card in getattr(reply, "articles", ()))


def test_two_leads_to_a_person(lin: Person) -> None:
    lin.says("希望工程")
    assert lin.says("2").key == "human.asked"


def test_a_question_of_its_own_is_answered(lin: Person) -> None:
    lin.says("希望工程")
    assert lin.says("附近的青春家园").key.startswith("venues.")

"""Following and leaving (关注与取消关注)."""

from __future__ import annotations

from core.messages import NoReply, TextReply
from tests.support.people import Person


def test_the_welcome_has_the_numbers_and_what_is_kept(lin: Person) -> None:
    reply = lin.follows()
    assert reply.key == "subscribe.welcome"
    assert isinstance(reply, TextReply)
    assert all(word in reply.text for word in ("12356", "12355", "菜单", "隐私"))


def test_following_by_a_code_leads_to_what_the_code_is_for(lin: Person) -> None:
    assert lin.follows("study.list").key.startswith("study.")
    assert lin.contact.source_scene == "study.list"


def test_following_by_an_unknown_code_welcomes(lin: Person) -> None:
    assert lin.follows("poster-7").key == "subscribe.welcome"


def test_leaving_is_answered_with_nothing_and_ends_the_dialogue(lin: Person) -> None:
    lin.follows()
    lin.says("找老师")
    assert isinstance(lin.unfollows(), NoReply)
    assert not lin.contact.is_subscribed
    assert lin.dialogue.expecting == ""


def test_coming_back_welcomes_again(lin: Person) -> None:
    lin.follows()
    lin.unfollows()
    assert lin.follows().key == "subscribe.welcome"
    assert lin.contact.is_subscribed

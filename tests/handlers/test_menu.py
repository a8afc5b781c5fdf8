"""The menu as words (菜单), leaving a dialogue (取消), pushes that need no answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from content.actions import ACTIONS
from core.clock import FixedClock
from core.messages import LocationReport, NoReply, TextReply, Unknown, View
from handlers import menu
from handlers.registry import Registry
from tests.support.people import Person


@pytest.mark.parametrize("word", ["菜单", "帮助", "你好", "在吗", "hi"])
def test_the_menu_comes_by_many_words(lin: Person, word: str) -> None:
    assert lin.says(word).key == "menu.help"


def test_the_menu_shows_three_things_at_a_time(lin: Person) -> None:
    reply = lin.says("菜单")
    assert isinstance(reply, TextReply)
    assert "3 " in reply.text
    assert "\n4 " not in reply.text
    assert "12356" in reply.text


def test_everything_on_the_menu_is_reached_by_its_number(lin: Person, registry: Registry) -> None:
    for index, action in enumerate(menu.OFFERED):
        lin.says("菜单")
        for _ in range(index // 3):
            lin.says("更多")
        lin.says(str(index + 1))
        assert lin.route == f"step:menu.choose>{action}"
        lin.dialogue.clear()


def test_more_after_the_last_page_begins_again(lin: Person) -> None:
    keys = [lin.says(word).key for word in ("菜单", "更多", "更多", "更多")]
    assert keys == ["menu.help", "menu.more", "menu.last", "menu.help"]


def test_titles_choose_too(lin: Person) -> None:
    lin.says("菜单")
    assert lin.says(ACTIONS["study.list"]).key.startswith("study.")


def test_a_slip_is_asked_again_and_the_menu_stays(lin: Person) -> None:
    lin.says("菜单")
    assert lin.says("99").key == "common.unknown_choice"
    assert lin.says("1").key == "referrals.ask_consent"


@pytest.mark.parametrize("word", ["0", "取消", "算了", "退出"])
def test_leaving_says_that_nothing_was_submitted(lin: Person, word: str) -> None:
    lin.says("找老师")
    assert lin.says(word).key == "common.cancelled"
    assert lin.dialogue.expecting == ""


def test_who_leaves_by_asking_for_the_menu_sees_it(lin: Person) -> None:
    lin.says("找老师")
    assert lin.says("菜单").key == "menu.help"


@pytest.mark.parametrize("opening", ["转人工", "最近压力好大，睡不着"])
def test_the_menu_comes_at_once_where_more_words_are_awaited(lin: Person, opening: str) -> None:
    lin.says(opening)
    assert lin.says("菜单").key == "menu.help"


@pytest.mark.parametrize("opening", ["菜单", "隐私", "希望工程"])
def test_leaving_a_list_speaks_of_nothing_submitted(lin: Person, opening: str) -> None:
    lin.says(opening)
    assert lin.says("0").key == "menu.left_list"


def test_every_step_that_submits_is_a_step(registry: Registry) -> None:
    assert {*menu.SUBMITTING, *menu.LEFT} <= set(registry.steps)


@pytest.mark.parametrize("words", ["我昨天看见一只猫", "好冷清啊这", "星星"])
def test_words_that_are_no_answer_do_not_repeat_the_menu(lin: Person, words: str) -> None:
    lin.says("菜单")
    assert lin.says(words).key != "common.unknown_choice"
    assert not lin.dialogue.expecting.startswith("menu.")


@pytest.mark.parametrize("words", ["99", "第十二个", "０９９"])
def test_numbers_out_of_range_repeat_the_menu(lin: Person, words: str) -> None:
    lin.says("菜单")
    assert lin.says(words).key == "common.unknown_choice"


def test_cancelling_nothing_says_so(lin: Person) -> None:
    assert lin.says("0").key == "common.nothing_to_cancel"


@pytest.mark.parametrize(
    ("body", "event"),
    [(View("https://example.org/"), "VIEW"), (LocationReport(34.7, 113.6, 10.0), "LOCATION"), (Unknown("x"), "")],
)
def test_pushes_that_ask_nothing_get_no_reply_and_disturb_no_dialogue(lin: Person, body: object, event: str) -> None:
    lin.says("找老师")
    assert isinstance(lin.sends(body, event), NoReply)  # type: ignore[arg-type]
    assert lin.dialogue.expecting == "referral.consent"


def test_an_old_dialogue_is_over_and_said_so(lin: Person, clock: FixedClock) -> None:
    lin.says("找老师")
    clock.move(minutes=timedelta(minutes=31).total_seconds() / 60)
    reply = lin.says("1")
    assert reply.key == "common.expired"
    assert lin.dialogue.expecting != "referral.consent"


def test_a_place_that_cannot_be_read_is_answered(person):
    assert person("lin").sends(Unknown("location")).key == "venues.bad_location"

"""Small words are answered, honestly, and end nothing."""

import pytest


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("谢谢你", "talk.thanks"),
        ("晚安", "talk.bye"),
        ("你是真人吗", "talk.human_or_bot"),
        ("你会告诉我妈吗", "talk.secret"),
        ("傻逼机器人", "talk.insult"),
        ("哈哈哈", "talk.laugh"),
    ],
)
def test_small_words_get_their_own_answer(person, words, key):
    assert person("lin").says(words).key == key


def test_small_words_end_no_dialogue(person):
    lin = person("lin")
    lin.says("找老师")
    before = lin.dialogue.expecting
    lin.says("谢谢")
    assert lin.dialogue.expecting == before


def test_thanks_hide_no_cry_for_help(person):
    lin = person("lin")
    assert lin.says("谢谢你，我不想活了").key.startswith("crisis.")


HARMLESS = ["哈哈", "哈哈哈笑死", "我在看小说", "看完电影了好好看", "打游戏五杀了", "消防员叔叔好帅"]


@pytest.mark.parametrize("before", HARMLESS)
@pytest.mark.parametrize("cry", ["我不想活了", "我想跳楼", "我爸打我"])
def test_nothing_said_before_makes_a_cry_for_help_a_joke(person, before, cry):
    lin = person("lin")
    lin.says(before)
    assert lin.says(cry).key.startswith("crisis.")


def test_an_old_menu_key_or_poster_is_answered_with_the_menu(person):
    lin = person("lin")
    assert lin.taps("last.years.key").key == "menu.help"
    assert lin.scans("old-poster").key == "menu.help"
    assert lin.follows("old-poster").key == "subscribe.welcome"


def test_progress_may_be_asked_for_where_any_words_would_do(person):
    lin = person("lin")
    lin.says("找老师")
    lin.says("1")
    lin.says("进度")
    assert lin.route == "keyword:referral.progress"

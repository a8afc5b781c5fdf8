"""Keyword rules: natural words lead to one action, and two rules never claim the same words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.actions import ACTIONS
from content.errors import ROOT, ContentError
from content.rules import LONGEST, RuleConflict, Rules, fold

ONE = '[[rule]]\naction = "events.list"\n'
TWO = '[[rule]]\naction = "events.cancel"\n'


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str, synonyms: str = "", **files: str) -> Rules:
        for name, content in {"a": text, "synonyms": synonyms, **files}.items():
            (tmp_path / f"{name}.toml").write_text(content, encoding="utf-8")
        return Rules.load(tmp_path)

    return write


def action(rules: Rules, text: str) -> str | None:
    match = rules.match(text)
    return match.rule.action if match else None


def test_a_phrase_must_be_the_whole_message(written):
    rules = written(ONE + 'phrases = ["报名"]')
    assert action(rules, " 报名！") == "events.list"
    assert rules.match("报名是什么意思") is None


def test_words_joined_by_plus_must_all_be_there(written):
    rules = written(ONE + 'contains = ["植树+报"]')
    assert action(rules, "报一个植树") == "events.list"
    assert rules.match("植树") is None


def test_a_forbidden_word_keeps_a_rule_silent_but_not_its_phrases(written):
    rules = written(ONE + 'contains = ["活动"]\nphrases = ["不去活动"]\nnot = ["不去"]')
    assert rules.match("我不去活动了") is None
    assert action(rules, "不去活动") == "events.list"


def test_more_letters_win_over_fewer(written):
    rules = written(ONE + 'contains = ["报名"]\n' + TWO + 'contains = ["取消报名"]')
    assert action(rules, "帮我取消报名吧") == "events.cancel"


def test_a_match_tells_its_words_and_whether_they_were_all(written):
    rules = written(ONE + 'phrases = ["活动"]\ncontains = ["什么+活动"]')
    inside, whole = rules.match("有什么好玩的活动"), rules.match("活动")
    assert inside is not None
    assert (inside.words, inside.whole) == (("什么", "活动"), False)
    assert whole is not None
    assert (whole.words, whole.whole) == (("活动",), True)


def test_a_keyword_deep_in_a_long_message_decides_nothing(written):
    rules = written(ONE + 'contains = ["活动"]')
    assert rules.match("活动" + "啊" * LONGEST) is None


def test_synonyms_are_spelled_out(written):
    rules = written(ONE + 'phrases = ["{想}报名"]', synonyms='"想" = ["我想", "俺要"]')
    assert action(rules, "俺要报名") == "events.list"
    assert rules.match("{想}报名") is None


def test_full_width_capitals_spaces_and_marks_make_no_difference(written):
    rules = written(ONE + 'phrases = ["hello", "18岁成人礼"]')
    assert action(rules, "ＨＥＬＬＯ ~") == "events.list"
    assert action(rules, "１８ 岁、成人礼？") == "events.list"


def test_a_message_of_marks_alone_keeps_them():
    assert fold("？") == "?"
    assert fold("") == ""


@pytest.mark.parametrize("claim", ['phrases = ["报 名"]', 'contains = ["报名"]', 'contains = ["植树+周六"]'])
def test_two_rules_that_claim_the_same_words_are_both_named(written, claim: str):
    other = claim.replace("报 名", "报名").replace("植树+周六", "周六+植树")
    with pytest.raises(RuleConflict) as conflict:
        written(ONE + claim, b=TWO + other)
    for part in ("a.toml", "events.list", "b.toml", "events.cancel", "删掉"):
        assert part in str(conflict.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (ONE, "没有 phrases，也没有 contains"),
        (ONE.replace("events.list", "events.lst") + 'phrases = ["x"]', "不认识的动作 events.lst"),
        (ONE + 'phrases = ["{要}报名"]', "不认识的同义词组"),
        (ONE + 'contains = ["植树+"]', "空的词"),
        (ONE + 'phrase = ["x"]', "不认识的字段 phrase"),
        (ONE + 'phrases = "报名"', "phrases 的类型不对"),
    ],
)
def test_a_slip_names_file_and_mend(written, text: str, problem: str):
    with pytest.raises(ContentError, match=rf"a\.toml · 第 1 个 \[\[rule\]\]：.*{problem}"):
        written(text)


def test_synonyms_that_explode_are_refused(written):
    many = "[" + ", ".join(f'"{n}"' for n in range(50)) + "]"
    with pytest.raises(ContentError, match="2500 种说法，太多了"):
        written(ONE + 'phrases = ["{甲}{乙}"]', synonyms=f'"甲" = {many}\n"乙" = {many}')


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str):
    assert fold(fold(text)) == fold(text)


def test_an_example_that_another_rule_takes_is_refused_and_both_are_named(written):
    mine = ONE + 'contains = ["植树"]\nexamples = ["取消植树"]\n'
    with pytest.raises(RuleConflict) as refusal:
        written(mine + TWO + 'contains = ["取消植树"]')
    words = str(refusal.value)
    assert all(part in words for part in ("取消植树", "（events.list）", "（events.cancel）", "a.toml", "not"))


def test_an_example_that_no_rule_takes_is_refused(written):
    with pytest.raises(RuleConflict, match=r"例句“种树去”.*没有规则认领"):
        written(ONE + 'contains = ["植树"]\nexamples = ["种树去"]')


def test_an_example_that_its_own_rule_takes_is_welcome(written):
    rules = written(ONE + 'contains = ["植树"]\nexamples = ["植树！", "想去植树"]')
    assert action(rules, "植树") == "events.list"


# --- what is shipped; each mistake found in service adds a row


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.load()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("学习", "study.list"),
        ("十九大有哪些专栏呀", "study.list"),
        ("最新文章", "study.latest"),
        ("帮我找一篇讲黄河的文章", "study.search"),
        ("下一篇", "study.next"),
        ("这周末都有啥活动", "events.list"),
        ("俺想报名", "events.list"),
        ("我想报名参加志愿活动", "events.list"),
        ("我的报名", "events.mine"),
        ("取消报名", "events.cancel"),
        ("周六的植树活动我去不了啦", "events.cancel"),
        ("二七区有没有青春家园", "venues.ask"),
        ("离我最近的青春家园", "venues.nearest"),
        ("找老师", "referral.start"),
        ("怎样预约心理咨询", "referral.start"),
        ("求助进度", "referral.progress"),
        ("撤回求助", "referral.withdraw"),
        ("撤回", "referral.withdraw"),
        ("我的个案怎么样了", "referral.progress"),
        ("转人工", "human.ask"),
        ("有没有真人", "human.ask"),
        ("隐私", "privacy.show"),
        ("导出我的数据", "privacy.export"),
        ("删除我的信息", "privacy.erase"),
        ("注销账号", "privacy.erase"),
        ("菜单", "menu.help"),
        ("你好", "menu.help"),
        ("?", "menu.help"),
        ("紧急电话", "crisis.numbers"),
        ("12356", "crisis.numbers"),
        ("希望工程", "aid.info"),
        ("志愿活动怎么报", "events.list"),
        ("把我报的那个取消", "events.cancel"),
        ("老师怎么还不联系我", "referral.progress"),
        ("能换人吗，机器人听不懂", "human.ask"),
        ("你们都记了我啥", "privacy.show"),
        ("12355怎么打", "crisis.numbers"),
        ("哪个青春家园离我近", "venues.nearest"),
    ],
)
def test_natural_words_lead_to_their_action(rules: Rules, text: str, wanted: str):
    assert action(rules, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "今天的面真好吃",
        "这把游戏我又输了",
        "青春家园能躲一躲吗，我爸打我",
        "活动当天下雨，我心里好难受",
        "有人在学校欺负我，能报名换班吗",
        "团日活动的记录模板",
        "同学拿我照片威胁我，怎么删掉",
        "他把我的照片资料都删了",
        "人工智能是啥",
        "活动会取消吗",
        "老师不联系我妈就打我",
        "我报了个驾校",
        "隐私部位被人碰了",
        "附近有啥好吃的",
    ],
)
def test_words_that_mean_something_else_are_left_alone(rules: Rules, text: str):
    assert rules.match(text) is None


def test_every_action_can_be_reached_by_words(rules: Rules):
    assert rules.actions() == set(ACTIONS)


def test_the_guide_for_staff_lists_every_action():
    guide = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name: title for name, title in ACTIONS.items() if f"| `{name}` | {title} " not in guide} == {}

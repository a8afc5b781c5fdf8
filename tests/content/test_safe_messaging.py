"""The safe-messaging rules S1–S13, each broken once."""

from dataclasses import replace

import pytest

from content.hotlines import Hotlines
from content.safe_messaging import CrisisRule, SafeWords
from content.texts import Texts

GOOD = "谢谢你告诉我。\n请先去有人的地方。\n120 急救\n110 报警\n12356 心理援助\n12355 青少年\n你可以继续写。"
RULE = CrisisRule("crisis.imminent", ("120", "110", "12356", "12355"), ("120", "110"), 3, may_claim=False)


@pytest.fixture(scope="module")
def words() -> SafeWords:
    return SafeWords.load()


def problems(words: SafeWords, text: str, rule: CrisisRule = RULE) -> str:
    return "；".join(problem for problem, _ in (*words.problems(text), *words.crisis_problems(text, rule)))


def test_a_good_crisis_text_passes(words: SafeWords):
    assert problems(words, GOOD) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("谢谢你告诉我", "你要想开点"), "想开点"),
        (GOOD.replace("谢谢你告诉我", "想想父母"), "想想父母"),
        (GOOD.replace("你可以继续写", "我们绝对保密"), "绝对保密"),
        (GOOD.replace("请先去", "你打算怎么做，请先去"), "打算怎么"),
        (GOOD.replace("谢谢你告诉我", "你可能有抑郁症"), "抑郁症"),
        (GOOD.replace("谢谢你告诉我。", "谢谢你告诉我！"), "感叹号"),
        (GOOD.replace("谢谢你告诉我。", "谢谢你告诉我!"), "感叹号"),
        (GOOD.replace("谢谢你告诉我", "谢谢你告诉我🙏"), "表情符号"),
        (GOOD.replace("谢谢你告诉我", "谢谢你告诉我❤️"), "表情符号"),
        (GOOD.replace("你可以继续写", "请看 https://example.org"), "http"),
        (GOOD.replace("12355 青少年\n", ""), "没有以 12355 开头的一行"),
        (GOOD.replace("120 急救", "急救 120"), "号码不在一行的开头"),
        (GOOD.replace("110 报警\n", "110 报警，也可以打 12356\n"), "号码不在一行的开头"),
        (
            GOOD.replace("120 急救\n110 报警\n12356 心理援助", "12356 心理援助\n120 急救\n110 报警"),
            "第一个号码是 12356",
        ),
        (GOOD + "很长" * 150, "个字"),
        (GOOD.replace("你可以继续写", "已通知老师"), "说了“通知”"),
        (GOOD.replace("你可以继续写", "值班老师会联系你"), "说了“联系你”"),
        (GOOD.replace("你可以继续写", "找我 13912345678"), "有一个手机号"),
    ],
)
def test_a_crisis_text_that_breaks_a_rule_is_found(words: SafeWords, text: str, problem: str):
    assert problem in problems(words, text)


def test_only_a_text_that_may_claim_says_that_somebody_was_told(words: SafeWords):
    told = GOOD + "\n我们已经通知值班老师。"
    assert problems(words, told, replace(RULE, may_claim=True)) == ""
    assert "通知" in problems(words, told)


def test_hard_words_need_the_numbers_beside_them(words: SafeWords):
    assert "没有 12356、12355" in problems(words, "讲一讲校园欺凌。\n120\n110", replace(RULE, numbers=()))
    assert list(words.problems("讲一讲校园欺凌。可以打 12356 或 12355。")) == []


def test_no_method_may_be_written_anywhere(words: SafeWords):
    assert all(list(words.problems(f"说到{method} 12356 12355")) for method in words.methods)


def test_the_example_number_of_a_form_is_nobodys(words: SafeWords):
    assert list(words.problems("比如：13800000000")) == []


# --- what is shipped


def test_every_kind_of_crisis_has_its_text_and_its_degraded_text(words: SafeWords):
    keys = {rule.key for rule in words.crisis}
    kinds = {"imminent", "high", "abuse", "friend", "concern"}
    assert {f"crisis.{kind}" for kind in kinds} | {f"crisis.degraded.{kind}" for kind in kinds} <= keys
    assert "crisis.again" in keys


def test_every_variant_of_every_crisis_text_passes(words: SafeWords):
    texts, values = Texts.load(), Hotlines.load().values()
    broken = {
        (rule.key, number): found
        for rule in words.crisis
        for number in range(texts.variants(rule.key))
        if (found := problems(words, texts.get(rule.key, number, alerted=texts.get("crisis.alerted"), **values), rule))
    }
    assert broken == {}


@pytest.mark.parametrize("key", ["crisis.imminent", "crisis.high", "crisis.abuse", "crisis.friend", "crisis.concern"])
def test_the_alert_is_told_only_when_it_was_stored(key: str):
    texts, values = Texts.load(), Hotlines.load().values()
    told = [texts.get(key, n, alerted="已通知。", **values) for n in range(texts.variants(key))]
    untold = [texts.get(key, n, alerted="", **values) for n in range(texts.variants(key))]
    assert all("已通知。\n" in text for text in told)
    assert not any("通知" in text or "\n\n" in text for text in untold)


def test_words_vary_when_somebody_writes_again():
    texts = Texts.load()
    assert min(texts.variants(key) for key in ("crisis.imminent", "crisis.high", "crisis.again")) >= 3


def test_a_worried_friend_is_told_to_listen_stay_and_tell_an_adult():
    texts, values = Texts.load(), Hotlines.load().values()
    for number in range(texts.variants("crisis.friend")):
        text = texts.get("crisis.friend", number, alerted="", **values)
        assert "听" in text
        assert "大人" in text

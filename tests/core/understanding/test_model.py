"""The statistical model: what it reads, how it is weighed with the rules, and that it belongs to its corpus."""

import math
import zlib

import pytest

from content.lexicon import GRAVE, INTENTS, RISKS
from core.understanding import Understanding, weighing
from core.understanding.grams import grams
from core.understanding.model import ARTEFACT, CLASSES, ZERO, Model, Reading, pack, unpack
from core.understanding.normalise import normalise
from scripts.training import corpus

EVEN = tuple(1 / len(INTENTS) for _ in INTENTS)


def reading(none: float, concern: float = 0.0, high: float = 0.0, imminent: float = 0.0) -> Reading:
    return Reading((none, concern, high, imminent), EVEN)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


def test_the_artefact_was_trained_on_the_examples_that_are_here(model):
    """After a change there: python -m scripts.training (docs/understanding.md says with what)."""
    assert model.header["corpus"] == corpus.digest(list(corpus.EXAMPLES.glob("*.jsonl")))


def test_the_artefact_is_small():
    assert ARTEFACT.stat().st_size < 10_000_000


@pytest.mark.parametrize(
    "text", ["", "2", "活着好累", "周六的植树怎么报名", "俺想去那个栽树的活动中不", "累" * 3000, "我\n好 累"]
)
def test_one_sum_for_all_classes_is_the_sum_of_each(model, text):
    header, names, weights = unpack(ARTEFACT.read_bytes())
    number = {name: at for at, name in enumerate(names)}
    known = [number[gram] for gram in grams(normalise(text)) if gram in number]
    sums = [
        header["biases"][column]
        + sum(weights[row * CLASSES + column] - ZERO for row in known)
        * header["scales"][column]
        / math.sqrt(len(known) or 1)
        for column in range(CLASSES)
    ]
    powers = [math.exp(one - max(sums[: len(RISKS)])) for one in sums[: len(RISKS)]]
    assert model.read(normalise(text)).risks == pytest.approx([power / sum(powers) for power in powers])


def test_another_version_of_the_artefact_is_refused(tmp_path):
    header, names, weights = unpack(ARTEFACT.read_bytes())
    other = zlib.decompress(pack(header, names, weights)).replace(b'"format": 1', b'"format": 0', 1)
    path = tmp_path / "old.bin"
    path.write_bytes(zlib.compress(other))
    with pytest.raises(ValueError, match=r"python -m scripts\.training"):
        Model.load(path)


@pytest.mark.parametrize("by_rules", ["high", "imminent"])
def test_an_alarm_of_the_rules_never_falls_silent(by_rules):
    """Doubt goes up (S11): however harmless it reads, the numbers are given."""
    assert weighing.weigh(by_rules, reading(1.0), 20) == "concern"
    assert weighing.weigh(by_rules, reading(0.5, 0.4, 0.1), 20) in GRAVE


def test_what_the_rules_passed_over_is_raised():
    assert weighing.weigh("none", reading(0.3, 0.1, 0.5, 0.1), 20) == "high"
    assert weighing.weigh("none", reading(0.3, 0.1, 0.1, 0.5), 20) == "imminent"
    assert weighing.weigh("none", reading(0.4, 0.5, 0.1), 20) == "concern"
    assert weighing.weigh("none", reading(0.9, 0.05, 0.05), 20) == "none"


@pytest.mark.parametrize("by_rules", RISKS)
def test_of_fragments_the_rules_alone_decide(by_rules):
    assert weighing.weigh(by_rules, reading(0.0, 0.0, 0.0, 1.0), weighing.FEW - 1) == by_rules


@pytest.mark.parametrize(
    ("before", "now"),
    [("我站在桥上", "有点冷"), ("不想活了", "药都买好了"), ("我想死", "今晚")],
)
def test_what_is_not_enough_alone_is_read_with_what_came_before(before, now):
    understanding = Understanding.load()
    assert understanding.judge(now, [before]).risk == "imminent"
    assert understanding.judge("周六的植树怎么报名", [before]).risk == "none"


def test_a_counselor_is_told_that_the_model_decided_and_no_word_of_the_message():
    understanding = Understanding.load()
    raised = [
        (text, reason)
        for path in corpus.EXAMPLES.glob("cries.jsonl")
        for row in path.read_text("utf-8").splitlines()[:200]
        for text in [row.split('"text": "')[1].split('"')[0]]
        for reason in understanding.judge(text).reasons
        if "模型" in reason
    ]
    assert raised
    assert not any(len(text) > 3 and text in reason for text, reason in raised)


def test_without_the_model_the_rules_judge_alone():
    judged = Understanding.load(with_model=False).judge("活着好累，不想活了")
    assert judged.risk in GRAVE
    assert judged.reading is None

"""`python -m scripts.training` makes a model that reads, a card that says what it is, and the same bytes each time."""

import json

from content.lexicon import INTENTS, RISKS
from core.understanding.model import ARTEFACT, Model, unpack
from core.understanding.normalise import normalise
from scripts.training import __main__ as training
from scripts.training import corpus

ROWS = 40  # of each file


def small(folder):
    folder.mkdir()
    for path in corpus.EXAMPLES.glob("*.jsonl"):
        lines = path.read_text("utf-8").splitlines()[:ROWS]
        (folder / path.name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_a_small_corpus_makes_a_whole_model_twice_the_same(tmp_path):
    examples = small(tmp_path / "examples")
    for name in ("one", "two"):
        assert training.main(["--examples", str(examples), "--out", str(tmp_path / name)]) == 0
    one, two = ((tmp_path / name / ARTEFACT.name).read_bytes() for name in ("one", "two"))
    assert one == two
    reading = Model(*unpack(one)).read(normalise("不想活了，今晚就走"))
    assert len(reading.risks) == len(RISKS)
    assert len(reading.intents) == len(INTENTS)
    assert reading.grave > 0.5
    card = (tmp_path / "one" / "CARD.md").read_text("utf-8")
    assert corpus.digest(list(examples.glob("*.jsonl"))) in card


def test_the_corpus_is_whole():
    """Every row has the labels of shared data's format, and no text is labelled twice in different ways."""
    seen: dict[str, tuple[str, str]] = {}
    for path in corpus.EXAMPLES.glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            assert row["risk"] in RISKS, row["id"]
            assert row["intent"] in INTENTS, row["id"]
            assert row["intent"] == "counseling" or row["risk"] == "none", row["id"]
            seen.setdefault(row["text"], (row["risk"], row["intent"]))
    assert len(seen) > 10_000

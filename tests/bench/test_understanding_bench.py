"""The measuring script prints the figures that issue 4 names."""

import json

from bench import understanding
from scripts.training import corpus

ROWS = [
    {"id": "d1", "text": "我不想活了", "intent": "counseling", "risk": "high", "topic": "自伤自杀", "tags": []},
    {"id": "d2", "text": "笑死我了", "intent": "other", "risk": "none", "topic": "", "tags": ["hyperbole"]},
]


def test_it_prints_figures_and_tables(tmp_path, capsys):
    data = tmp_path / "messages.jsonl"
    data.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), "utf-8")
    assert understanding.main(["--data", str(data)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["figures"]["recall_high"] == 1.0
    assert printed["figures"]["false_alarm_hard"] == 0.0
    assert printed["tables"]["messages"]["risk"]["high"]["f1"] == 1.0
    assert {"recall_imminent", "false_alarm_none", "intent_accuracy", "p50_ms", "p99_ms", "artefact_mb", "load_s"} <= (
        printed["figures"].keys()
    )


def test_the_rows_held_out_are_not_among_those_trained_on():
    trained = {row["text"] for path in corpus.EXAMPLES.glob("*.jsonl") for row in understanding.rows_of(path)}
    assert len(understanding.rows_of(understanding.HELD_OUT)) > 400
    shared = trained & {row["text"] for row in understanding.rows_of(understanding.HELD_OUT)}
    assert all(len(text) < 9 for text in shared), "only words that everybody writes may be in both"

"""The measuring script prints the figures that issue 4 names."""

import json

from bench import understanding

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
    assert set(printed["tables"]["folds"]) == {"odd", "even"}

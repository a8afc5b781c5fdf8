"""The operator's commands, as they are typed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench.servers.environment import ROOT, product_environment
from bot import cli
from core.interactions.models import Interaction
from core.privacy.models import Erasure

WORRYING = "我不想活了"


@pytest.fixture
def operator(make_bot, sqlite_url, monkeypatch, capsys, tmp_path):
    """`operator("interactions")` → exit code and what was printed; on the same database as `.bot`."""
    bot = make_bot(sqlite_url)
    monkeypatch.setattr("core.config.load", lambda **_: bot.parts.store.settings)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()  # the log of what was said before
        code = cli.main(list(words))
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    run.bot = bot
    return run


def test_interactions_hides_texts_until_asked(operator):
    operator.bot.hears(WORRYING)
    assert WORRYING not in operator("interactions")[1]
    code, shown = operator("interactions", "--show-text", "--risk", "high")
    assert code == 0
    assert WORRYING in shown
    assert "12355" in shown


def test_interactions_filters(operator):
    operator.bot.hears("你好", "lin")
    operator.bot.hears(WORRYING, "mei")
    lines = [json.loads(line) for line in operator("interactions", "--json", "--risk", "concern")[1].splitlines()]
    assert [line["route"] for line in lines] == ["crisis"]
    assert len(operator("interactions", "--json", "--open-id", "o_lin")[1].splitlines()) == 1
    assert len(operator("interactions", "--json", "--route", "crisis")[1].splitlines()) == 1
    assert len(operator("interactions", "--json", "--last", "1")[1].splitlines()) == 1


def test_an_empty_list_says_what_to_do_next(operator):
    assert "simulator say" in operator("interactions")[1]


def test_explain_needs_no_database_and_names_reasons(operator, monkeypatch, capsys):
    monkeypatch.setattr("core.db.Database.__init__", lambda *_: 1 / 0)
    code, printed = operator("explain", "我不想活了")
    answer = json.loads(printed)
    assert code == 0
    assert (answer["route"], answer["risk"], answer["intent"]) == ("crisis", "high", "counseling")
    assert answer["reasons"]
    assert answer["reply_key"].startswith("crisis.")


def test_explain_reads_json_lines_and_names_a_bad_one(operator, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": 7, "text": "有什么活动"}\nnot json\n{"id": 8}\n'))
    code, printed = operator("explain")
    first, second, third = (json.loads(line) for line in printed.splitlines())
    assert code == 1
    assert (first["id"], first["intent"]) == (7, "events")
    assert "error" in second
    assert "error" in third


def test_erasing_needs_a_yes_and_leaves_a_replayable_line(operator, tmp_path):
    operator.bot.hears("我叫小雨", "lin")
    assert operator("erase", "o_lin")[0] == 0
    assert operator.bot.rows(Interaction)[0].text
    assert operator("erase", "o_lin", "--yes")[0] == 0
    assert operator.bot.rows(Interaction)[0].text is None
    kept = tmp_path / "erased.jsonl"
    kept.write_text(operator("erase", "--list")[1])
    assert "o_lin" not in kept.read_text()
    assert operator("erase", "--replay", str(kept))[0] == 0
    assert len(operator.bot.rows(Erasure)) == 1


def test_a_faulty_list_erases_nothing_and_names_the_line(operator, tmp_path):
    (tmp_path / "bad.jsonl").write_text('{"open_id_hash": "x"}\n')
    code, printed = operator("erase", "--replay", "bad.jsonl")
    assert code == 2
    assert "line 1" in printed
    assert operator("erase", "--replay", "none.jsonl")[0] == 2


def test_export_hands_over_what_is_held_and_knows_strangers(operator):
    operator.bot.hears("我叫小雨", "lin")
    code, printed = operator("export", "o_lin")
    assert code == 0
    assert "我叫小雨" in printed
    assert json.loads(printed)
    assert operator("export", "o_nobody")[0] == 1


def test_doctor_is_content_with_a_good_deployment(operator):
    code, printed = operator("doctor")
    assert (code, printed.splitlines()[-1]) == (0, "ok")


def test_doctor_names_what_is_wrong(make_bot, tmp_path, monkeypatch, capsys):
    bot = make_bot(f"sqlite:///{tmp_path}/empty.db")
    monkeypatch.setattr("core.config.load", lambda **_: bot.parts.store.settings)
    assert cli.main(["doctor"]) == 1
    assert "bot migrate" in capsys.readouterr().out


def test_doctor_says_that_redis_is_away(operator, monkeypatch):
    away = operator.bot.parts.store.settings.model_copy(update={"redis_url": "redis://:canarypassword@127.0.0.1:9/0"})
    monkeypatch.setattr("core.config.load", lambda **_: away)
    code, printed = operator("doctor")
    assert code == 1
    assert "REDIS_URL" in printed
    assert "canarypassword" not in printed


def test_a_postgresql_without_tables_is_said(empty_postgres_url, tmp_path):
    environment = product_environment(tmp_path, DATABASE_URL=empty_postgres_url)
    command = [sys.executable, "-m", "bot", "interactions"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "bot doctor" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_database_is_said_and_not_shown_as_a_traceback(operator, tmp_path, monkeypatch):
    file = tmp_path / "damaged.db"
    file.write_bytes(b"no database at all" * 500)
    damaged = operator.bot.parts.store.settings.model_copy(update={"database_url": f"sqlite:///{file}"})
    monkeypatch.setattr("core.config.load", lambda **_: damaged)
    for words in (["audit"], ["migrate"], ["outbox"], ["backup", str(tmp_path / "backup")]):
        code, printed = operator(*words)
        assert code == 2
        assert "bot doctor" in printed
    assert "restore" in operator("doctor")[1]


def test_seed_demo_twice_is_once_and_is_refused_in_production(operator, monkeypatch):
    assert "10" in operator("seed-demo")[1]
    assert operator("seed-demo") == (0, "Demo events added: 0\n")
    real = operator.bot.parts.store.settings.model_copy(update={"wechat_api_base": "https://api.weixin.qq.com"})
    monkeypatch.setattr("core.config.load", lambda **_: real)
    assert operator("seed-demo")[0] == 2


def test_clock_and_worker_do_one_round(operator):
    assert operator("clock", "--once")[0] == 0
    assert operator("worker", "--once")[0] == 0


def test_a_database_that_is_away_is_said_without_its_address(operator, monkeypatch):
    away = operator.bot.parts.store.settings.model_copy(
        update={"database_url": "postgresql://somebody:canarypassword@127.0.0.1:9/none"}
    )
    monkeypatch.setattr("core.config.load", lambda **_: away)
    code, printed = operator("interactions")
    assert code == 2
    assert "DATABASE_URL" in printed
    assert "canarypassword" not in printed


def test_audit_reads_the_ledger_of_its_own_simulator_alone(operator, tmp_path, monkeypatch):
    (tmp_path / "var" / "simulator").mkdir(parents=True)  # another demo's, in the folder where one stands
    (tmp_path / "var" / "simulator" / "ledger.jsonl").write_text("", "utf-8")
    assert "ledger:" in operator("audit")[1]
    monkeypatch.setenv("SIMULATOR_DIR", str(tmp_path / "elsewhere"))
    assert "ledger:" not in operator("audit")[1]


def test_corrections_export_writes_the_approved_ones_in_one_private_file(operator, tmp_path):
    from datetime import timedelta

    from core.corrections import corrections
    from core.corrections.corrections import Proposed
    from core.staff.models import AuditRecord
    from tests.support.office import hire

    store, out = operator.bot.parts.store, tmp_path / "examples.jsonl"
    operator.bot.hears("他们又在厕所门口堵我")
    with store.database.transaction() as session:
        message, now = session.query(Interaction).one(), store.clock.now()
        one, two = (hire(session, "counselor", now, f"c.{name}") for name in ("zhao", "qian"))
        what = Proposed("他们又在厕所门口堵我", "high", "counseling", "反复被围堵", "校园欺凌", ("short",))
        row = corrections.propose(session, message.id, what, one.id, now, timedelta(days=180))
    assert operator("corrections", "export", "--out", str(out)) == (0, f"0 written to {out}\n")
    with store.database.transaction() as session:
        corrections.decide(session, row.id, two.id, True, "", now)
    assert operator("corrections", "export", "--out", str(out), "--by", "c.zhao")[0] == 0
    (line,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert line | {"text": "他们又在厕所门口堵我", "risk": "high", "topic": "校园欺凌", "tags": ["short"]} == line
    assert out.stat().st_mode & 0o777 == 0o600
    with store.database.reading() as session:
        lines = session.query(AuditRecord).filter_by(action="corrections.export").order_by(AuditRecord.number).all()
        assert [line.staff_id for line in lines] == [None, one.id]
    code, printed = operator("corrections", "export", "--out", str(tmp_path / "no" / "where"))
    assert (code, "No such file" in printed) == (2, True)
    assert operator("corrections", "export", "--out", str(out), "--by", "nobody")[0] == 2

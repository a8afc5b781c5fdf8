"""The audit finds each breach it promises to find; a check that cannot fail is none."""

from __future__ import annotations

import json

import pytest

from bot import ledger
from core import audit
from tests.support import pushes


@pytest.fixture
def lived(make_bot, sqlite_url):
    """A database with a little of everything."""
    bot = make_bot(sqlite_url)
    bot.hears("你好", number=1)
    bot.hears("我不想活了", "mei", number=2)
    return bot


def breached(bot) -> set[str]:
    with bot.parts.store.database.transaction() as session:
        return {name for name, found in audit.run(session, bot.parts.store.clock.now()).items() if found}


def damage(bot, *statements: str) -> None:
    """Change rows behind the product's back."""
    connection = bot.parts.store.database.engine.raw_connection()
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.invalidate()


EVENT_ID = "e" * 32
LATER = "2099-12-01"
EVENT_COLUMNS = {
    "id": EVENT_ID, "number": "1", "title": "t", "kind": "", "summary": "", "body": "", "place": "", "district": "",
    "starts_at": LATER, "ends_at": LATER, "signup_opens_at": LATER, "signup_closes_at": LATER, "capacity": 1,
    "over_capacity": 0, "has_waiting_list": 1, "fields": "[]", "sessions": "[]", "published": 1, "is_demo": 0,
}  # fmt: skip


def event(taken: int) -> str:
    """An event of one place, of which so many are counted as taken."""
    columns = EVENT_COLUMNS | {"taken": taken}
    return f"INSERT INTO event ({', '.join(columns)}) VALUES ({', '.join(repr(value) for value in columns.values())})"


def signup(number: int, state: str) -> str:
    """The n-th contact's sign-up for it."""
    return (
        "INSERT INTO signup (id, number, event_id, contact_id, state, created_at) "
        f"SELECT '{number:032}', '{number}', '{EVENT_ID}', id, '{state}', '{LATER}' "
        f"FROM contact LIMIT 1 OFFSET {number}"
    )


def test_a_sound_database_is_clean(lived):
    assert breached(lived) == set()


@pytest.mark.parametrize(
    ("check", "statements"),
    [
        ("answered", ["UPDATE interaction SET reply_sealed = NULL WHERE risk = 'none'"]),
        ("answered", ["UPDATE interaction SET route = '' WHERE risk = 'none'"]),
        ("crisis_has_case", ["UPDATE case_event SET interaction_id = NULL"]),
        ("case_has_alert", ["DELETE FROM delivery"]),
        ("case_has_alert", ["UPDATE delivery SET state = 'expired', settled_at = created_at"]),
        ("case_has_history", ["DELETE FROM case_event"]),
        ("within_capacity", [event(taken=1)]),
        (
            "within_capacity",
            [event(taken=2), signup(0, "confirmed"), signup(1, "confirmed")],
        ),
        ("no_stranded_seat", [event(taken=0), signup(0, "waiting")]),
        ("settled_once", ["UPDATE delivery SET state = 'sent'"]),
        ("sealed_fields_open", ["UPDATE interaction SET text_sealed = raw_sealed"]),
        ("foreign_keys_hold", ["DELETE FROM contact"]),
    ],
)
def test_each_breach_is_found(lived, check, statements):
    damage(lived, *statements)
    assert check in breached(lived)


# --- against WeChat's ledger ----------------------------------------------------------------------------------------


def entries(number: int, verdict: str = "ok") -> list[dict]:
    xml = pushes.text_xml("o_lin", "你好", number)
    return [
        {"kind": "push.sent", "push_id": f"p{number}", "plain_xml": xml},
        {"kind": "push.answered", "push_id": f"p{number}", "verdict": verdict},
    ]


def compare(bot, tmp_path, lines, spooled=(), complete=False):
    path = tmp_path / "ledger.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"torn', "utf-8")
    with bot.parts.store.database.transaction() as session:
        return ledger.compare(session, path, spooled, complete)


def test_what_was_acknowledged_and_is_stored_is_clean(lived, tmp_path):
    result = compare(lived, tmp_path, entries(1) + entries(2), complete=True)
    assert (result.sent, result.acknowledged, result.breaches) == (2, 2, [])


def test_what_was_acknowledged_and_is_not_stored_is_a_breach(lived, tmp_path):
    assert [breach.subject for breach in compare(lived, tmp_path, entries(1) + entries(3)).breaches] == ["push p3"]


def test_what_failed_may_be_missing_and_what_waits_in_the_spool_is_counted(lived, tmp_path):
    result = compare(lived, tmp_path, entries(3, "timeout") + entries(4), [pushes.text_xml("o_lin", "你好", 4)])
    assert (result.breaches, result.waiting_in_spool) == ([], 1)


def test_a_row_that_nobody_sent_is_a_breach_when_the_ledger_is_complete(lived, tmp_path):
    assert compare(lived, tmp_path, entries(1)).breaches == []
    assert len(compare(lived, tmp_path, entries(1), complete=True).breaches) == 1

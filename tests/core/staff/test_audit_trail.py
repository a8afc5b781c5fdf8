"""The audit trail: one unbroken chain, in which any change shows."""

import threading

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from core import audit as promises
from core.db import Database
from core.staff import audit
from core.staff.models import AuditHead, AuditRecord
from core.staff.staff import create_with_hash
from tests.support.fixtures_handlers import NOW


def write(session, count=3):
    person = create_with_hash(session, "li.na", "李娜", "counselor", "$none", NOW)
    for number in range(count):
        audit.record(session, person, "interactions.open", ("interaction", number), NOW, reason=f"回访第 {number} 次")
    return person


def findings(session):
    session.expire_all()
    return [finding.number for finding in audit.verify(session)]


def test_an_untouched_trail_holds(session):
    assert findings(session) == []
    write(session)
    assert findings(session) == []
    assert [line.number for line in session.query(AuditRecord).order_by(AuditRecord.number)] == [1, 2, 3]


@pytest.mark.parametrize(
    "change", [{"action": "login"}, {"subject_id": "9"}, {"staff_id": None}, {"reason_hash": ""}, {"hash": "0" * 32}]
)
def test_an_altered_record_shows(session, change):
    write(session)
    session.execute(update(AuditRecord).where(AuditRecord.number == 2).values(**change))
    assert 2 in findings(session)


def test_a_moved_time_shows(session, clock):
    write(session)
    clock.move(hours=1)
    session.execute(update(AuditRecord).where(AuditRecord.number == 1).values(at=clock.now()))
    assert 1 in findings(session)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_record_taken_out_shows(session, number):
    write(session)
    session.execute(delete(AuditRecord).where(AuditRecord.number == number))
    assert findings(session)


def test_the_end_cannot_be_cut_off_by_mending_the_head(session):
    """Whoever lacks LOOKUP_KEY can set the head back, but not to a record whose hash would follow on."""
    write(session)
    session.execute(delete(AuditRecord))
    session.execute(delete(AuditHead))
    assert findings(session) == []  # an empty trail is what a fresh installation has …
    write_again = create_with_hash(session, "other", "他", "cadre", "$none", NOW)
    audit.record(session, write_again, "login", ("staff", 1), NOW)
    session.execute(update(AuditRecord).values(number=4))
    assert findings(session)  # … but numbers begin at one


def test_other_words_in_a_reason_show_and_erased_words_do_not(session):
    write(session)
    line = session.query(AuditRecord).filter_by(number=2).one()
    line.reason = "别的理由"
    session.flush()
    assert findings(session) == [2]
    line.reason = None
    session.flush()
    assert findings(session) == []


def test_the_operators_audit_looks_at_the_trail(session):
    write(session)
    session.execute(update(AuditRecord).where(AuditRecord.number == 2).values(action="login"))
    session.expire_all()
    assert promises.run(session, NOW)["trail_holds"]


@pytest.fixture
def shared(database_url):
    database = Database(database_url)
    yield database
    database.close()


def test_many_writers_make_one_chain(shared):
    def work():
        for number in range(5):
            with shared.transaction() as session:
                audit.record(session, None, "login.refused", ("staff", number), NOW)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with shared.reading() as session:
        assert session.query(AuditRecord).count() == 20
        assert list(audit.verify(session)) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_record SET action = 'login'", "DELETE FROM audit_record"])
def test_the_database_refuses_to_change_it(shared, statement):
    with shared.transaction() as session:
        write(session)
    with pytest.raises(DatabaseError, match="append-only"), shared.transaction() as session:
        session.execute(text(statement))


def test_a_reason_can_still_be_sealed_anew(shared):
    """Key rotation rewrites ciphertext; neither the trigger nor the chain may stand in its way."""
    with shared.transaction() as session:
        write(session)
    with shared.transaction() as session:
        for line in session.query(AuditRecord):
            line.reason = str(line.reason)
    with shared.reading() as session:
        assert list(audit.verify(session)) == []

"""The spool: fsync'ed, sealed, private, capped, in order, and unharmed by a torn record (R21)."""

import base64
import os
import stat
from datetime import UTC, datetime

import pytest

from bot.spool import Record, Spool, SpoolFull
from core.crypto import Keyring, SealBroken

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KEY = base64.b64encode(bytes(range(32))).decode()


def keyring(name: str = "k1") -> Keyring:
    return Keyring.parse(f"{name}:{KEY}", "fedcba9876543210" * 4)


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool", keyring(), 1_000_000)


def record(number: int) -> Record:
    return Record(f"<xml>{number} 我很难受</xml>", NOW)


def drained(spool: Spool) -> list[Record]:
    seen: list[Record] = []
    spool.drain(seen.append)
    return seen


def test_what_was_put_is_drained_in_order_and_then_gone(spool):
    for number in range(5):
        spool.put(record(number))
    assert drained(spool) == [record(number) for number in range(5)]
    assert spool.is_empty()


def test_a_failing_drain_loses_nothing_and_goes_on_where_it_must(spool):
    for number in range(3):
        spool.put(record(number))
    seen = []

    def fail_at_the_second(one):
        seen.append(one)
        if len(seen) == 2:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        spool.drain(fail_at_the_second)
    spool.put(record(3))
    assert drained(spool) == [record(number) for number in range(4)]


def test_what_is_on_the_disk_is_sealed_and_private(spool, tmp_path):
    spool.put(record(1))
    file = tmp_path / "spool" / "incoming.spool"
    assert "难受".encode() not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("cut", [1, 5, 20, 60])
def test_a_torn_record_hides_none_of_the_others(spool, tmp_path, cut):
    file = tmp_path / "spool" / "incoming.spool"
    spool.put(record(1))
    spool.put(record(2))
    os.truncate(file, file.stat().st_size - cut)
    spool.put(record(3))
    assert drained(spool) == [record(1), record(3)]


def test_the_cap_holds(tmp_path):
    spool = Spool(tmp_path / "spool", keyring(), 400)
    with pytest.raises(SpoolFull):
        [spool.put(record(number)) for number in range(10)]
    kept = drained(spool)
    assert kept
    assert kept == [record(number) for number in range(len(kept))]


def test_a_record_under_a_lost_key_stays_and_says_so(spool, tmp_path):
    spool.put(record(1))
    other = Spool(tmp_path / "spool", keyring("k9"), 1_000_000)
    with pytest.raises(SealBroken, match="DATA_KEYS"):
        drained(other)
    assert drained(spool) == [record(1)]


def test_only_one_process_drains_at_a_time(spool, tmp_path):
    spool.put(record(1))
    other = Spool(tmp_path / "spool", keyring(), 1_000_000)
    counts = []
    spool.drain(lambda _: counts.append(other.drain(lambda _: None)))
    assert counts == [0]


def test_an_erased_persons_records_go_and_the_rest_stays(spool):
    for number in range(3):
        spool.put(record(number))
    assert spool.rewrite(lambda one: "1" not in one.xml) == 1
    assert drained(spool) == [record(0), record(2)]


def test_each_record_is_on_the_disk_before_put_returns(spool, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(descriptor) or real(descriptor))
    spool.put(record(1))
    assert len(synced) == 2  # the record, and the folder that names the file

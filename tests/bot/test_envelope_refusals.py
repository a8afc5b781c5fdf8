"""What the door refuses, and that a forger learns nothing from how (reliability section 3, R5, platform A7)."""

import os
import struct
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from bot.envelope import Envelope, Query, Refused
from core.config import Settings
from tests.support.accounts import OLD_AES_KEY, account
from tests.support.pushes import encrypt, encrypt_block, push, query, sign, text_xml

NOW = datetime.fromtimestamp(1700000001, UTC)
STAMP, NONCE = "1700000001", "998877"
XML = text_xml("oA", "你好")
KEY = account().aes_keys[0]
APPID = account().wechat_appid


def refusal(
    settings: Settings, pairs: str | list[tuple[str, str]], body: bytes, now: datetime = NOW
) -> tuple[int, str]:
    parsed = parse_qsl(pairs, keep_blank_values=True) if isinstance(pairs, str) else pairs
    with pytest.raises(Refused) as caught:
        Envelope(settings).open(Query.parse(parsed), body, now)
    return caught.value.status, caught.value.reason


def sealed(encrypted: str) -> tuple[str, bytes]:
    """A push whose signature fits, whatever stands in its Encrypt element."""
    return query(account(), STAMP, NONCE, encrypted), f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()


def changed(pairs: str, **changes: str | None) -> list[tuple[str, str]]:
    fields: dict[str, str | None] = {**dict(parse_qsl(pairs)), **changes}
    return [(name, value) for name, value in fields.items() if value is not None]


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
@pytest.mark.parametrize("value", [None, "", "0", "x" * 129, "签名", "1\n2", "1\x002"])
def test_a_missing_or_wrong_parameter_is_refused_before_the_body_is_parsed(mode, name, value):
    settings = account(mode)
    pairs, _ = push(settings, XML, mode, timestamp=1700000001)
    status, reason = refusal(settings, changed(pairs, **{name: value}), b"not xml at all")
    assert status == 403
    assert reason in {"missing_parameter", "bad_parameter", "bad_signature"}


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce", "msg_signature", "encrypt_type", "echostr"])
def test_a_repeated_parameter_is_refused_even_with_equal_values(name):
    pairs, body = push(account(), XML)
    twice = [*parse_qsl(pairs + "&echostr=1"), (name, dict(parse_qsl(pairs)).get(name, "1"))]
    assert refusal(account(), twice, body) == (403, "repeated_parameter")


@pytest.mark.parametrize("change", [{"encrypt_type": None}, {"encrypt_type": "raw"}, {"msg_signature": None}])
@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_a_downgrade_is_refused(mode, change):
    settings = account(mode)
    pairs, body = push(settings, XML, mode)
    assert refusal(settings, changed(pairs, **change), body) == (403, "downgrade")


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_a_plain_body_is_refused_where_encryption_is_set(mode):
    settings = account(mode)
    plain_pairs, plain = push(settings, XML, "plain", timestamp=1700000001)
    assert refusal(settings, plain_pairs, plain) == (403, "downgrade")
    assert refusal(settings, query(settings, STAMP, NONCE, ""), plain) == (403, "downgrade")


@pytest.mark.parametrize("value", ["", "0" * 40, "签名"])
def test_a_wrong_signature_over_the_ciphertext_is_refused(value):
    pairs, body = push(account(), XML)
    assert refusal(account(), changed(pairs, msg_signature=value), body)[0] == 403


def test_a_changed_ciphertext_is_refused():
    pairs, _ = push(account(), XML)
    other = encrypt(KEY, APPID, text_xml("oA", "别的"))
    assert refusal(account(), pairs, sealed(other)[1]) == (403, "bad_signature")


def test_ciphertext_moved_into_the_nonce_is_refused():
    # The signature joins its parts without a separator, so this still fits it.
    body = encrypt(KEY, APPID, XML, prefix=b"0123456789abcdef")
    head, rest = body[:64], body[64:]
    signature = sign(account().wechat_token, STAMP, NONCE + head, rest)
    pairs = [
        ("signature", sign(account().wechat_token, STAMP, NONCE + head)),
        ("timestamp", STAMP),
        ("nonce", NONCE + head),
        ("encrypt_type", "aes"),
        ("msg_signature", signature),
    ]
    assert refusal(account(), pairs, sealed(rest)[1]) == (403, "bad_ciphertext")


def _padded(plain: bytes) -> bytes:
    pad = 32 - len(plain) % 32
    return plain + bytes([pad]) * pad


def _plain(length: int, message: bytes = XML.encode(), appid: str = APPID) -> bytes:
    return bytes(16) + struct.pack(">I", length) + message + appid.encode()


SIZE = len(XML.encode())
BROKEN = {
    "empty": "",
    "not base64": "***",
    "not ascii": "你好",
    "with a hole": encrypt(KEY, APPID, XML).replace("", " ", 2).lstrip(),
    "not a block": "QUJD",
    "noise": encrypt_block(os.urandom(32), bytes(64)),
    "other appid": encrypt(KEY, "wxffffffffffffffff", XML),
    "no appid": encrypt(KEY, "", XML),
    "longer appid": encrypt(KEY, APPID + "0", XML),
    "other key": encrypt(os.urandom(32), APPID, XML),
    "length 0": encrypt_block(KEY, _padded(_plain(0))),
    "length too short": encrypt_block(KEY, _padded(_plain(SIZE - 1))),
    "length beyond": encrypt_block(KEY, _padded(_plain(SIZE + 1))),
    "length huge": encrypt_block(KEY, _padded(_plain(0xFFFFFFFF))),
    "pad 0": encrypt_block(KEY, _padded(_plain(SIZE))[:-1] + b"\0"),
    "pad 33": encrypt_block(KEY, _padded(_plain(SIZE))[:-1] + b"\x21"),
    "pad uneven": encrypt_block(KEY, _plain(1, b"x") + b"\x00" + b"\x09" * 8),
    "all pad": encrypt_block(KEY, bytes([32]) * 32),
    "one block": encrypt_block(KEY, bytes([16]) * 16),
}


@pytest.mark.parametrize("encrypted", BROKEN.values(), ids=BROKEN.keys())
def test_every_broken_ciphertext_gets_one_and_the_same_answer(encrypted):
    assert refusal(account(wechat_aes_key_previous=OLD_AES_KEY), *sealed(encrypted)) == (403, "bad_ciphertext")


def test_the_block_of_the_uneven_pad_would_open_with_an_even_one():
    opened = encrypt_block(KEY, _plain(1, b"x") + b"\x09" * 9)
    assert refusal(account(), *sealed(opened)) == (400, "not_xml")


def test_an_envelope_without_anything_in_it_is_malformed_and_not_a_downgrade():
    assert refusal(account(), query(account(), STAMP, NONCE, ""), b"<xml></xml>") == (400, "empty_root")


def test_a_key_that_was_replaced_twice_opens_nothing():
    pairs, body = push(account(), XML, key=account(wechat_aes_key=OLD_AES_KEY).aes_keys[0])
    assert refusal(account(), pairs, body) == (403, "bad_ciphertext")


@pytest.mark.parametrize("seconds", [-301, 301, 86400])
def test_a_plain_push_is_stale_after_five_minutes(seconds):
    settings = account("plain")
    pairs, body = push(settings, XML, "plain", timestamp=1700000001)
    assert refusal(settings, pairs, body, NOW + timedelta(seconds=seconds)) == (403, "stale")


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_plain_push_and_its_retries_are_fresh_for_five_minutes(seconds):
    settings = account("plain")
    pairs, body = push(settings, XML, "plain", timestamp=1700000001)
    opened = Envelope(settings).open(Query.parse(parse_qsl(pairs)), body, NOW + timedelta(seconds=seconds))
    assert opened.message.text == "你好"


@pytest.mark.parametrize("timestamp", ["1700000001.0", "1e9", "-1", "17000000010", "9" * 128])
def test_a_timestamp_that_is_none_is_never_fresh(timestamp):
    assert refusal(account("plain"), query(account(), timestamp, NONCE), XML.encode()) == (403, "stale")


def test_a_sealed_body_is_refused_where_no_key_is_set():
    settings = account("plain", wechat_aes_key="")
    pairs, body = push(account(), XML, timestamp=1700000001)
    assert refusal(settings, pairs, body) == (403, "encrypted")


def test_more_than_64_kib_is_refused_in_every_mode():
    for mode in ("safe", "compatible", "plain"):
        assert refusal(account(mode), "", b"x" * 65537) == (413, "too_large")
        assert refusal(account(mode), "", b"x" * 65536) == (403, "missing_parameter")


@pytest.mark.parametrize("pairs", ["", "echostr=1", "signature=&timestamp=&nonce=&echostr=1"])
def test_a_url_is_not_verified_without_a_signature(pairs):
    with pytest.raises(Refused) as caught:
        Envelope(account()).verify_url(Query.parse(parse_qsl(pairs, keep_blank_values=True)))
    assert caught.value.status == 403


def test_a_url_is_not_verified_for_another_token_or_without_an_echostr():
    for pairs in (
        query(account(wechat_token="othertoken2026"), STAMP, NONCE) + "&echostr=1",
        query(account(), STAMP, NONCE),
    ):
        with pytest.raises(Refused) as caught:
            Envelope(account()).verify_url(Query.parse(parse_qsl(pairs)))
        assert caught.value.status == 403

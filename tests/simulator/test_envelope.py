"""The envelope against the worked example of the platform notes, and against spoiled input."""

import base64
import struct

import pytest

from simulator import envelope
from simulator.envelope import EnvelopeError

TOKEN, APP_ID, STAMP, NONCE = "simtoken2026", "wx0123456789abcdef", "1700000001", "998877"
KEY = "zhangsanlisiwangwu0123456789ABCDEFGHIJKLMNO"
MESSAGE = (
    "<xml><ToUserName><![CDATA[gh_sim]]></ToUserName><FromUserName><![CDATA[oSimUser1]]></FromUserName>"
    "<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content>"
    "<MsgId>23456789012345678</MsgId></xml>"
).encode()
ENCRYPTED = (
    "VRNpBuxkV+IiI3SrzPWMxMPfz/wjlBZHxdVeMDslhkNkABqXgyblZDWviLZfYbnycYOqklMW1AJLZvtFqr9yQfbDagpIA8+9I7Ik1fHqFt2iUcjDI"
    "+M88mfHI4DD+b02wFEeDSpMI4xSi7FCx2JNHl4XbQGvz2VXRkt026gXKDNw8yMmMPVUAH+YaZ/GZwwzbc3HzEtZQKO+Im5CO6elSPKgLrTafyRAMJ"
    "HkTXPsrBfsJxDddKcufpScBMlVKweOLLMQYFEvd4sLFxjcQDCi12/QGAJi+WnxmBVN14+S0Z6LG4gUOvDKmcHsFo26q5oZo+5JVDXHalqXlS3fd7L1"
    "V9PM56IuBdKewjM9xvWMYiBxAUCWpO/6GN5iip9IVdGM"
)


def test_the_worked_example_seals_to_the_published_text():
    assert len(MESSAGE) == 243
    assert envelope.seal(MESSAGE, KEY, APP_ID, b"0123456789abcdef") == ENCRYPTED


def test_the_worked_example_opens():
    assert envelope.unseal(ENCRYPTED, KEY, APP_ID) == MESSAGE


def test_both_signatures_of_the_worked_example():
    assert envelope.sign(TOKEN, STAMP, NONCE) == "2cc66029cfa191fc5c7cf792b1b9dc1699cafed2"
    assert envelope.sign(TOKEN, STAMP, NONCE, ENCRYPTED) == "d6bfe1fd090d6bbec5538d2128a8190d31107be9"


@pytest.mark.parametrize("length", range(70))
def test_every_length_comes_back_and_is_padded_to_32(length: int):
    message = b"x" * length
    sealed = envelope.seal(message, KEY, APP_ID)
    assert len(base64.b64decode(sealed)) % 32 == 0
    assert envelope.unseal(sealed, KEY, APP_ID) == message


def test_two_envelopes_of_one_message_differ():
    assert envelope.seal(b"same", KEY, APP_ID) != envelope.seal(b"same", KEY, APP_ID)


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        ("not base64!", -40010),
        ("", -40007),
        (base64.b64encode(b"x" * 20).decode(), -40007),
        (envelope.seal(b"hi", KEY, "wxsomebodyelse0000"), -40005),
        (envelope.seal(b"hi", KEY[::-1], APP_ID, b"0" * 16), None),
    ],
    ids=["not-base64", "empty", "half-a-block", "another-app", "another-key"],
)
def test_what_cannot_be_opened_is_refused_with_its_code(spoiled: str, code: int | None):
    with pytest.raises(EnvelopeError) as caught:
        envelope.unseal(spoiled, KEY, APP_ID)
    assert code in (None, caught.value.code)


def test_a_length_beyond_the_buffer_is_refused():
    plain = b"r" * 16 + struct.pack("!I", 9999) + b"hi" + APP_ID.encode()
    encryptor = envelope._cipher(KEY).encryptor()
    sealed = base64.b64encode(encryptor.update(envelope._pad(plain)) + encryptor.finalize()).decode()
    with pytest.raises(EnvelopeError) as caught:
        envelope.unseal(sealed, KEY, APP_ID)
    assert caught.value.code == -40008

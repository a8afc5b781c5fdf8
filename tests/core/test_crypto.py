"""Field encryption: bound to its row, rotatable, and never silently wrong."""

import base64

import pytest

from core.contacts.models import Contact
from core.crypto import Keyring, SealBroken, install
from core.errors import ConfigurationError

ONE, TWO = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
LOOKUP = "fedcba9876543210" * 4


def ring(keys: str) -> Keyring:
    return Keyring.parse(keys, LOOKUP)


def test_what_was_sealed_opens_again():
    keyring = ring(f"k1:{ONE}")
    assert keyring.open(keyring.seal("我很难受".encode(), "a:1:text"), "a:1:text").decode() == "我很难受"


def test_a_value_moved_to_another_row_does_not_open():
    keyring = ring(f"k1:{ONE}")
    with pytest.raises(SealBroken):
        keyring.open(keyring.seal(b"x", "interaction:1:text"), "interaction:2:text")


@pytest.mark.parametrize("place", [0, 1, 2, 5, 16, -1])
def test_an_altered_value_does_not_open(place):
    keyring = ring(f"k1:{ONE}")
    sealed = bytearray(keyring.seal(b"secret", "c"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        keyring.open(bytes(sealed), "c")


@pytest.mark.parametrize("garbage", [b"", b"\x01", b"\x01\xff", b"\x01\x02k1" + b"0" * 5, b"plain text"])
def test_garbage_does_not_open(garbage):
    with pytest.raises(SealBroken):
        ring(f"k1:{ONE}").open(garbage, "c")


def test_after_rotation_both_keys_open_and_the_new_one_seals():
    old = ring(f"k1:{ONE}").seal(b"x", "c")
    keyring = ring(f"k2:{TWO},k1:{ONE}")
    assert keyring.open(old, "c") == b"x"
    assert keyring.key_of(keyring.seal(b"x", "c")) == "k2"
    with pytest.raises(SealBroken, match="k1"):
        ring(f"k2:{TWO}").open(old, "c")


@pytest.mark.parametrize("keys", ["", "k1", "k1:", "k1:short", f":{ONE}", f"k1:{ONE},k1:{TWO}", f"k1:{ONE},k2:abc"])
def test_faulty_keys_are_refused_without_showing_them(keys):
    with pytest.raises(ConfigurationError) as error:
        ring(keys)
    assert "DATA_KEYS" in str(error.value)
    assert ONE not in str(error.value)


def test_a_model_keeps_only_sealed_bytes():
    install(ring(f"k1:{ONE}"))
    contact = Contact(open_id="o_secret")
    assert b"o_secret" not in contact.open_id_sealed
    assert contact.open_id == "o_secret"
    contact.open_id = None
    assert contact.open_id_sealed is None


def test_a_lone_surrogate_survives_storage():
    install(ring(f"k1:{ONE}"))
    assert Contact(open_id="a\ud800b").open_id == "a\ud800b"


def test_the_lookup_hash_depends_on_its_key():
    other = Keyring.parse(f"k1:{ONE}", "0" * 31 + "123456789")
    assert ring(f"k1:{ONE}").lookup("o1") == ring(f"k2:{TWO}").lookup("o1") != other.lookup("o1")

"""The query string is read strictly: one short, printable ASCII value for each parameter of ours (platform A7)."""

import pytest

from bot.query import Query, is_signed, sign
from bot.refused import Refused


def test_what_is_not_ours_is_ignored_however_odd():
    assert Query.parse([("openid", "签" * 999), ("openid", ""), ("nonce", "1")]) == Query(nonce="1")


def test_a_parameter_that_is_missing_reads_as_empty():
    assert Query.parse([]) == Query("", "", "", "", "", "")


@pytest.mark.parametrize(
    ("name", "most"), [("signature", 128), ("nonce", 128), ("encrypt_type", 128), ("echostr", 1024)]
)
def test_an_over_long_value_is_refused(name, most):
    assert Query.parse([(name, "x" * most)]) != Query()
    with pytest.raises(Refused):
        Query.parse([(name, "x" * (most + 1))])


@pytest.mark.parametrize("value", ["a\nb", "a\r\nSet-Cookie: x", "a\x00", "a\x7f", "签名", "１", "\u202e", "\ud800"])
def test_a_value_that_is_not_printable_ascii_is_refused(value):
    for name in ("nonce", "echostr"):
        with pytest.raises(Refused) as caught:
            Query.parse([(name, value)])
        assert (caught.value.status, caught.value.reason) == (403, "bad_parameter")


def test_a_signature_is_hex_in_lower_case_over_the_sorted_parts():
    assert sign("b", "a", "C") == sign("C", "b", "a")
    assert is_signed("2cc66029cfa191fc5c7cf792b1b9dc1699cafed2", "simtoken2026", "1700000001", "998877")
    assert not is_signed("2CC66029CFA191FC5C7CF792B1B9DC1699CAFED2", "simtoken2026", "1700000001", "998877")

"""The fuzz run finds nothing in our door, and would find a fault if there were one (R6)."""

from bench import fuzz_envelope
from bot.envelope import Envelope


def test_two_thousand_inputs_are_opened_or_refused():
    figures = fuzz_envelope.run(2000, seed=5)
    assert (figures["uncaught"], figures["bad_replies"], figures["examples"]) == (0, 0, [])
    assert set(figures["statuses"]) == {"200", "400", "403"}
    assert sum(figures["statuses"].values()) == 2000


def test_a_door_that_raises_is_found_out(monkeypatch):
    def fall_over(*_: object) -> None:
        raise KeyError("MsgType")

    monkeypatch.setattr(Envelope, "open", fall_over)
    assert fuzz_envelope.run(20, seed=7)["uncaught"] > 0


def test_a_reply_that_says_too_much_is_found_out(monkeypatch):
    monkeypatch.setattr("bot.xml_out.MAX_CONTENT", 4096)
    monkeypatch.setattr(fuzz_envelope, "PUSHES", tuple(p for p in fuzz_envelope.PUSHES if b"Content" in p))
    monkeypatch.setattr(fuzz_envelope, "TOKENS", ("好".encode() * 2000,))
    assert fuzz_envelope.run(400, seed=8)["bad_replies"] > 0

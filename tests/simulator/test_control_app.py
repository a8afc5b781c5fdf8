"""The operator's port."""

import pytest

from simulator.client import PhoneProblem


def test_it_says_that_it_is_alive_and_who_it_is(world, phone):
    health = phone.get("/control/health")
    assert (health["ok"], health["name"], health["api"]) == (True, "zhengqing-simulator", world.api_url)


def test_the_clock_is_advanced_set_frozen_and_reset(phone):
    state = phone.post("/control/clock", {"advance_s": 3600})["state"]
    assert state["clock"]["offset_s"] == pytest.approx(3600, abs=1)
    state = phone.post("/control/clock", {"now": "2026-03-05T08:00:00+08:00", "frozen": True})["state"]
    assert (state["clock"]["now"][:19], state["clock"]["frozen"]) == ("2026-03-05T08:00:00", True)
    state = phone.post("/control/clock", {"reset": True})["state"]
    assert (abs(state["clock"]["offset_s"]) < 1, state["clock"]["frozen"]) == (True, False)


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("clock", {}),
        ("clock", {"now": "soon"}),
        ("clock", {"advance_s": "an hour"}),
        ("profile", {"profile": "emperor"}),
        ("mode", {"mode": "secret"}),
        ("key", {}),
        ("outcomes", {"luck": 1}),
        ("outcomes", {"publish_status": "fine"}),
        ("push", {}),
        ("push", {"fields": {}}),
        ("push", {"xml": "<xml/>", "retries": 99}),
        ("push", {"xml": "<xml/>", "mode": "secret"}),
        ("quota", {}),
        ("quota", {"path": "/x", "limit": "few"}),
        ("faults", {"kind": "slow", "seconds": "long"}),
        ("faults", {"kind": "slow", "times": "often"}),
        ("whitelist", {"ips": "all"}),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(phone, what, body):
    with pytest.raises(PhoneProblem):
        phone.post(f"/control/{what}", body)


def test_whatever_the_operator_changes_is_in_the_ledger(phone):
    phone.post("/control/mode", {"mode": "plain"})
    kinds = [each["kind"] for each in phone.get("/control/ledger?after=0")["entries"]]
    assert "control.mode" in kinds


def test_the_ledger_is_read_from_a_number_on(phone, lin):
    entries = phone.get("/control/ledger?after=0")["entries"]
    rest = phone.get(f"/control/ledger?after={entries[1]['n']}")["entries"]
    assert rest[0]["n"] == entries[2]["n"]


def test_odd_values_can_be_pushed(phone, bot, lin):
    fields = {"MsgType": "event", "Event": "brand_new", "EventKey": {"bare": " "}, "Extra": "多余"}
    phone.post("/control/push", {"open_id": lin["open_id"], "fields": fields, "wait": True})
    got = bot.received[-1]
    assert (got.field("Event"), got.field("EventKey"), got.field("Extra")) == ("brand_new", " ", "多余")

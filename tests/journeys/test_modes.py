"""The same conversation in the three modes over HTTP: simulator → bot → database, and the audit of both ledgers."""

import json

import pytest

CHAT = [
    {"as": "小雨", "do": "follow"},
    {"as": "小雨", "do": "say", "text": "有哪些十九大专栏", "expect": "十九大"},
    {"as": "小雨", "do": "tap", "key": "events.list", "expect": "名额"},
    {
        "as": "小雨",
        "do": "location",
        "latitude": 34.7579,
        "longitude": 113.6654,
        "label": "二七广场",
        "expect": "青春家园",
    },
    {"as": "小雨", "do": "say", "text": "我不想活了", "expect": "12356"},
    {"as": "小雨", "do": "scan", "scene": "venues.ask"},
    {"as": "小雨", "do": "unfollow"},
]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_same_conversation_runs_through_the_three_modes(product, tmp_path):
    chat = tmp_path / "chat.jsonl"
    chat.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in CHAT), "utf-8")
    product.start_simulator()
    for mode in ("safe", "compatible", "plain"):
        web = product.start_web(WECHAT_MODE=mode)
        product.control("/control/mode", {"mode": mode})
        played = product.command("simulator", "replay", str(chat))
        assert played.returncode == 0, played.stdout + played.stderr
        product.kill(web)
    ledger = str(next(tmp_path.rglob("ledger.jsonl")))
    audited = product.command("bot", "audit", "--json", "--complete", "--ledger", ledger)
    report = json.loads(audited.stdout)
    assert report["clean"], report["breaches"]
    assert report["ledger"]["acknowledged"] == 3 * len(CHAT)
    assert report["ledger"]["lost"] == 0
    assert report["rows"]["referral"] >= 1

"""/metrics: who may read it, what it says, and that it says so while the database is away."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from bench.servers.environment import ROOT
from bot import metrics as page
from bot.spool import Record, Spool
from core import metrics
from core.config import load
from core.db import Database
from core.errors import ConfigurationError
from core.outbox import deliveries, sweeps
from core.outbox.models import REFERRAL_ALERT
from core.wechat.models import AccessToken

TOKEN = "f3b1c2d4e5a697880f1e"


@pytest.fixture
def spool(tmp_path: Path, keyring) -> Spool:
    return Spool(tmp_path / "spool", keyring, 1024 * 1024)


@pytest.fixture
def visitor(settings, spool, clock) -> Iterator[Callable[..., FlaskClient]]:
    """`visitor(url, **settings)`: somebody who asks for /metrics."""
    opened: list[Database] = []

    def make(url: str = "sqlite:///:memory:", **changes) -> FlaskClient:
        opened.append(Database(url, connections=1))
        app = Flask(__name__)
        own = settings.model_copy(update=changes)
        app.register_blueprint(page.blueprint(own, opened[-1], spool, clock))
        return app.test_client()

    yield make
    for each in opened:
        each.close()


def values(text: str) -> dict[str, float]:
    """The samples by name and labels: `name{a=x}`."""
    return {
        sample.name + "".join(f"{{{name}={value}}}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def change_of(what: Callable[[], None]) -> dict[str, float]:
    """Which counters of this process moved, and by how much."""
    before = values(metrics.exposition().decode())
    what()
    after = values(metrics.exposition().decode())
    moved = {
        name: value - before.get(name, 0)
        for name, value in after.items()
        if not name.split("{")[0].endswith("_created")
    }
    return {name: by for name, by in moved.items() if by}


# --- what is counted ------------------------------------------------------------------------------------------------


def test_an_answer_is_counted_by_what_it_was():
    moved = change_of(lambda: metrics.answered("text", "step:referral.consent", "high", 0.3))
    assert moved["zhengqing_callbacks_total{kind=text}{outcome=answered}{risk=high}{route=referral}"] == 1
    assert moved["zhengqing_answer_seconds_count{risk=high}"] == 1
    assert moved["zhengqing_answer_seconds_sum{risk=high}"] == pytest.approx(0.3)
    assert moved["zhengqing_answer_seconds_bucket{le=0.5}{risk=high}"] == 1
    assert "zhengqing_answer_seconds_bucket{le=0.25}{risk=high}" not in moved


def test_what_went_wrong_is_counted():
    assert change_of(lambda: metrics.refused("bad_signature")) == {
        "zhengqing_refused_callbacks_total{reason=bad_signature}": 1
    }
    assert change_of(metrics.spooled) == {"zhengqing_spooled_total": 1}
    assert change_of(metrics.drained) == {"zhengqing_drained_total": 1}
    assert change_of(metrics.not_stored) == {"zhengqing_not_stored_total": 1}
    metrics.breaker(False)
    assert change_of(lambda: metrics.breaker(True)) == {"zhengqing_breaker_open": 1}
    metrics.breaker(False)


@pytest.mark.parametrize(
    ("route", "family"),
    [
        ("crisis", "crisis"),
        ("study.list", "study"),
        ("step:referral.consent", "referral"),
        ("click:events.list", "events"),
        ("click:menu>study.list", "menu"),
        ("push:masssendjobfinish", "masssendjobfinish"),
        ("", ""),
    ],
)
def test_routes_are_told_by_feature(route, family):
    assert metrics.family(route) == family


def test_labels_from_outside_cannot_fill_the_memory(monkeypatch):
    monkeypatch.setattr(metrics, "MOST_LABELS", 5)
    known = metrics._Known()
    assert {known(f"made-up-{number}") for number in range(1000)} == {f"made-up-{n}" for n in range(5)} | {"other"}
    assert known("made-up-3") == "made-up-3"


def test_several_processes_are_counted_together(tmp_path):
    """One scrape reaches one web process, and must tell of all (gunicorn with WEB_CONCURRENCY > 1)."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), metrics.SHARED_FOLDER: str(tmp_path)}

    def run(code: str) -> str:
        words = [sys.executable, "-c", f"from core import metrics\n{code}"]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True, cwd=tmp_path)
        return done.stdout

    for _ in range(2):
        run("metrics.refused('stale'); metrics.answered('text', 'crisis', 'high', 0.01)")
    seen = values(run("print(metrics.exposition().decode())"))
    assert seen["zhengqing_refused_callbacks_total{reason=stale}"] == 2
    assert seen["zhengqing_answer_seconds_count{risk=high}"] == 2


# --- what is read from the database ---------------------------------------------------------------------------------


def test_it_tells_how_the_outbox_the_sweeps_and_the_token_stand(visitor, database_url, clock):
    client = visitor(database_url)
    now = clock.now()
    database = Database(database_url)
    with database.transaction() as session:
        deliveries.owe(session, REFERRAL_ALERT, "alert:1", now - timedelta(minutes=4), {})
        sweeps.record(session, "deliveries", now, now - timedelta(seconds=30), 0)
        times = {"obtained_at": now - timedelta(hours=1), "expires_at": now + timedelta(hours=1)}
        session.add(AccessToken(app_id="wx0123456789abcdef", fault="", forced_on="", forced_times=0, **times))
    database.close()
    seen = values(client.get("/metrics").text)
    assert seen["zhengqing_database_up"] == 1
    assert seen["zhengqing_deliveries{kind=referral_alert}{state=pending}"] == 1
    assert seen["zhengqing_outbox_lag_seconds"] == 240
    assert seen["zhengqing_alerts_waiting"] == 1
    assert seen["zhengqing_alerts_oldest_seconds"] == 240
    assert seen["zhengqing_sweep_age_seconds{sweep=deliveries}"] == 30
    assert seen["zhengqing_token_age_seconds"] == 3600
    assert seen["zhengqing_token_seconds_left"] == 3600


def test_an_empty_house_has_no_token_and_owes_nothing(visitor, database_url):
    seen = values(visitor(database_url).get("/metrics").text)
    assert seen["zhengqing_database_up"] == 1
    assert seen["zhengqing_outbox_lag_seconds"] == 0
    assert "zhengqing_token_seconds_left" not in seen


def test_what_waits_in_the_spool_is_told(visitor, spool, clock):
    client = visitor()
    spool.put(Record("<xml/>", clock.now()))
    spool.set_aside(Record("<xml/>", clock.now()))
    seen = values(client.get("/metrics").text)
    assert seen["zhengqing_spool_bytes"] > 0
    assert seen["zhengqing_spool_aside_bytes"] > 0


def test_without_tables_it_still_answers(visitor):
    answer = visitor().get("/metrics")
    seen = values(answer.text)
    assert answer.status_code == 200
    assert seen["zhengqing_database_up"] == 0
    assert "zhengqing_outbox_lag_seconds" not in seen
    assert "zhengqing_spool_bytes" in seen


def test_a_database_that_hangs_keeps_nobody_waiting(visitor, monkeypatch):
    monkeypatch.setattr(page, "PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        answer = visitor(f"postgresql://somebody@127.0.0.1:{port}/none").get("/metrics")
    assert answer.status_code == 200
    assert values(answer.text)["zhengqing_database_up"] == 0


# --- who may read it ------------------------------------------------------------------------------------------------


def status(client: FlaskClient, address: str = "127.0.0.1", **headers: str) -> int:
    return client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_in_a_demo_only_neighbours_read_it(visitor):
    client = visitor()
    assert status(client) == 200
    assert status(client, "::1") == 200
    assert status(client, "10.1.2.3") == 200
    assert status(client, "8.8.8.8") == 403
    assert status(client, "") == 403


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_through_a_proxy_nobody_is_a_neighbour(visitor, name):
    assert status(visitor(), **{name: "10.0.0.1"}) == 403


def test_in_production_it_is_closed_without_a_token(visitor):
    assert status(visitor(wechat_api_base="https://api.weixin.qq.com")) == 403


def test_with_a_token_only_the_token_counts(visitor):
    client = visitor(wechat_api_base="https://api.weixin.qq.com", metrics_token=TOKEN)
    assert status(client, "8.8.8.8", Authorization=f"Bearer {TOKEN}") == 200
    for wrong in ("", TOKEN, f"Bearer {TOKEN}x", "Bearer ", f"bearer {TOKEN}", "Bearer ümlaut"):
        assert status(client, Authorization=wrong) == 403


def test_a_token_that_can_be_guessed_is_refused(settings):
    whole = settings.model_dump()
    for easy in ("short", "a" * 40):
        with pytest.raises(ConfigurationError, match="METRICS_TOKEN"):
            load(_env_file=None, **{**whole, "metrics_token": easy})
    assert load(_env_file=None, **{**whole, "metrics_token": TOKEN}).metrics_token == TOKEN

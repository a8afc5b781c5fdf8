"""What is owed leaves, once, whoever is killed and whatever Redis forgets: the platform's ledger against the table."""

from __future__ import annotations

import http.client
import json
import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from sqlalchemy import select, update

from bench.servers import environment, processes, waiting
from bench.servers.environment import ROOT
from bot.store import open_store
from core.clock import SystemClock
from core.config import Settings
from core.contacts import contacts
from core.interactions.models import Interaction
from core.outbox import deliveries
from core.outbox.models import NEEDS_HUMAN, PENDING, SENT, Attempt, Delivery
from core.staff.models import Staff
from simulator import ledger
from tests.support.product import Product, deployed

CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
ALERT_TEMPLATE = "tmpl-case-alert-00000000000000000000000001"
# A worker needs a few seconds to load its words, and many more on a machine that is busy with other tests.
PATIENCE_S = 120
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def wait_until(question, what):
    """The first true answer."""
    return waiting.wait_until(question, PATIENCE_S, what)


class Town:
    """A deployment on PostgreSQL and Redis, seen from outside: its processes, its database, WeChat's ledger."""

    def __init__(self, product: Product) -> None:
        self.product = product
        values = {name.lower(): value for name, value in product.environment.items()}
        self.store = open_store(Settings(_env_file=None, **values))
        self.workers = []

    def worker(self, name: str = "worker"):
        """`python -m bot worker`, or clock."""
        command = [sys.executable, "-m", "bot", name]
        with processes.open_log(self.product.folder, f"{name}.log") as log:
            process = processes.start(command, cwd=ROOT, env=self.product.environment, stdout=log, stderr=log)
        self.workers.append(process)
        return process

    def fans(self) -> list[str]:
        return [fan["open_id"] for fan in self._get("/phone/state")["cast"]]

    def acts(self, open_id: str, verb: str, **body: str) -> None:
        self.product.control(f"/phone/chats/{open_id}/{verb}", body)

    def bubbles(self, open_id: str) -> list[dict]:
        return self._get(f"/phone/chats/{open_id}?after=0")["bubbles"]

    def received(self, path: str) -> list[dict]:
        """The calls that reached the platform, by its ledger."""
        entries = ledger.read(self.product.folder / "var" / "simulator" / "ledger.jsonl")
        return [json.loads(each["body"]) for each in entries if each["kind"] == "api.received" and each["path"] == path]

    def bind_counselor(self, open_id: str) -> None:
        with self.store.database.transaction() as session:
            person = Staff(
                login="zhou", name="周老师", role="counselor", password_hash="x", created_at=SystemClock().now()
            )
            person.open_id, person.open_id_hash = open_id, self.store.keyring.lookup(open_id)
            session.add(person)

    def owe_reply(self, open_id: str, number: int, risk: str = "none") -> None:
        """A late reply to somebody who just wrote."""
        now = SystemClock().now()
        with self.store.database.transaction() as session:
            contact = contacts.find(session, open_id)
            query = select(Interaction).where(Interaction.contact_id == contact.id, Interaction.kind == "text")
            row = session.scalars(query.order_by(Interaction.received_at.desc())).first()
            row.risk = risk
            deliveries.owe(
                session, "customer_service_message", f"test:{open_id}:{number}", now, {},
                contact_id=contact.id, interaction_id=row.id, expires_at=now + timedelta(hours=1),
            )  # fmt: skip

    def states(self) -> Counter:
        with self.store.database.transaction() as session:
            return Counter(session.scalars(select(Delivery.state)))

    def rows(self, model=Delivery) -> list:
        with self.store.database.transaction() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    def let_leases_end(self) -> None:
        """As if a minute had passed since the worker was killed."""
        with self.store.database.transaction() as session:
            session.execute(update(Delivery).values(claimed_until=datetime(2020, 1, 1, tzinfo=UTC)))

    def some_write(self, words: str = "你好") -> list[str]:
        """Some followers of the cast; their windows are open afterwards."""
        fans = self.fans()[:5]
        for open_id in fans:
            self.acts(open_id, "follow")
            self.acts(open_id, "say", text=words)
        wait_until(lambda: self._texts() >= len(fans), what="everybody's message")
        return fans

    def _texts(self) -> int:
        return sum(row.kind == "text" and row.reply_sealed is not None for row in self.rows(Interaction))

    def is_clean(self) -> bool:
        audited = self.product.command("bot", "audit", "--json")
        print(audited.stdout, audited.stderr)
        return bool(json.loads(audited.stdout)["clean"])

    def _get(self, path: str) -> dict:
        port = int(self.product.environment["SIMULATOR_PHONE_PORT"])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        found = json.loads(connection.getresponse().read())
        connection.close()
        return found

    def stop(self) -> None:
        for process in self.workers:
            if process.poll() is None:
                process.kill()
                process.wait(30)
        self.store.database.close()


@pytest.fixture
def town(tmp_path, postgres_url, redis_url):
    settings = environment.product_environment(
        tmp_path, DATABASE_URL=postgres_url, REDIS_URL=redis_url, WECHAT_ALERT_TEMPLATE=ALERT_TEMPLATE
    )
    with deployed(tmp_path, settings) as product:
        product.start_simulator()
        product.start_web()
        town = Town(product)
        yield town
        town.stop()


@pytest.fixture
def small_town(tmp_path, sqlite_url):
    """One machine without any server: the web process does it all."""
    settings = environment.product_environment(tmp_path, DATABASE_URL=sqlite_url, WECHAT_ALERT_TEMPLATE=ALERT_TEMPLATE)
    with deployed(tmp_path, settings) as product:
        product.start_simulator()
        product.start_web()
        town = Town(product)
        yield town
        town.stop()


def test_a_cry_for_help_reaches_the_counselors_phone_without_any_server(small_town):
    young, counselor, *_ = small_town.fans()
    small_town.bind_counselor(counselor)
    for open_id in (young, counselor):
        small_town.acts(open_id, "follow")
    small_town.acts(young, "say", text="我不想活了")
    wait_until(lambda: small_town.states() == {SENT: 1}, what="the alert to be sent")
    card = small_town.bubbles(counselor)[-1]["articles"][0]["description"]
    assert "高风险" in card
    assert "不想活" not in card
    assert small_town.is_clean()


def test_with_redis_the_web_only_nudges_and_a_worker_sends(town):
    young, counselor, *_ = town.fans()
    town.bind_counselor(counselor)
    for open_id in (young, counselor):
        town.acts(open_id, "follow")
    town.acts(young, "say", text="我不想活了")
    wait_until(lambda: town.states() == {PENDING: 1}, what="the alert to be owed")
    assert town.received(TEMPLATE) == []
    worker = town.worker()
    wait_until(lambda: town.states() == {SENT: 1}, what="the alert to be sent")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0


def test_a_worker_killed_in_the_middle_of_a_call_doubles_nothing(town):
    """WeChat gets the message, the worker dies before it hears so."""
    safe, crisis, *_ = town.some_write()
    town.owe_reply(safe, 1)
    for open_id, risk, sends, ends in ((safe, "none", 1, NEEDS_HUMAN), (crisis, "high", 2, SENT)):
        if risk != "none":
            town.owe_reply(open_id, 1, risk)
        town.product.control("/control/faults", {"path": CUSTOM, "kind": "slow", "seconds": 2, "times": 1})
        before = len(town.received(CUSTOM))
        worker = town.worker()
        wait_until(lambda before=before: len(town.received(CUSTOM)) == before + 1, what="the call")
        town.product.kill(worker)
        town.let_leases_end()
        wait_until(lambda: all(each["status"] for each in answers(town)), what="WeChat to have taken it")
        assert town.product.command("bot", "worker", "--once").returncode == 0
        assert [call["touser"] for call in town.received(CUSTOM)].count(open_id) == sends
        assert town.rows()[-1].state == ends


def answers(town) -> list[dict]:
    """One entry for each call that came; an unanswered one has no status."""
    entries = list(ledger.read(town.product.folder / "var" / "simulator" / "ledger.jsonl"))
    answered = {each["to"]: each for each in entries if each["kind"] == "api.answered"}
    calls = [each for each in entries if each["kind"] == "api.received"]
    return [{"status": answered.get(call["n"], {}).get("status")} for call in calls]


def catches(pid: int, number: int) -> bool:
    """Whether the process has a handler for this signal."""
    caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def test_two_workers_a_clock_and_a_redis_that_forgets(town):
    fans = town.some_write()
    workers = [town.worker(), town.worker(), town.worker("clock")]
    with redis.Redis.from_url(town.product.environment["REDIS_URL"]) as client:
        for number in range(2):
            for open_id in fans:
                town.owe_reply(open_id, number)
            client.flushdb()
    wait_until(lambda: town.states().keys() == {SENT}, what="everything sent")
    assert Counter(call["touser"] for call in town.received(CUSTOM)) == dict.fromkeys(fans, 2)
    for worker in workers:
        # One of them may have sent everything while the others were still starting.
        wait_until(lambda pid=worker.pid: catches(pid, signal.SIGTERM), what="the worker to be up")
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    accepted = [row for row in town.rows(Attempt) if row.outcome == "accepted"]
    assert len(accepted) == len(fans) * 2
    assert town.is_clean()


def test_workers_killed_again_and_again_lose_and_double_nothing(town):
    fans = town.some_write()
    town.product.control("/control/faults", {"path": CUSTOM, "kind": "slow", "seconds": 0.2})
    for number in range(2):
        for open_id in fans:
            town.owe_reply(open_id, number)
    for _ in range(3):
        worker = town.worker()
        before = len(town.received(CUSTOM))
        wait_until(lambda before=before: len(town.received(CUSTOM)) > before + 1, what="some calls")
        town.product.kill(worker)
        town.let_leases_end()
    assert town.product.command("bot", "worker", "--once").returncode == 0
    calls = Counter(call["touser"] for call in town.received(CUSTOM))
    states = town.states()
    print(f"kills 3, owed {2 * len(fans)}, calls {sum(calls.values())}, states {dict(states)}")
    assert states.keys() <= {SENT, NEEDS_HUMAN}
    assert max(calls.values()) == 2
    assert sum(calls.values()) <= sum(states.values())
    assert states[SENT] + states[NEEDS_HUMAN] == 2 * len(fans)
    assert town.is_clean()

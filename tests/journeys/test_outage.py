"""The database hangs, dies and comes back (R4, R21): nobody is left without an answer, and nothing is lost."""

from __future__ import annotations

import http.client
import itertools
import json
from pathlib import Path

import pytest

from bench.servers import environment
from bench.servers.postgres import start_postgres
from bench.servers.waiting import wait_until
from core.config import Settings
from tests.support import pushes
from tests.support.product import deployed

# WeChat hangs up after 5 s: whoever answers later has not answered (platform A5).
WECHATS_PATIENCE = 5
WORRYING = "我不想活了"


@pytest.fixture
def server(tmp_path):
    """A PostgreSQL of this test's own, which may be tortured."""
    server = start_postgres(tmp_path / "postgres")
    yield server
    server.resume()
    server.stop()


class Phone:
    """Sends one push, once, and reads the answer in time."""

    def __init__(self, product) -> None:
        values = {name.lower(): value for name, value in product.environment.items()}
        self._settings = Settings(_env_file=None, **values)
        self._port = int(product.environment["PORT"])
        self._numbers = itertools.count(1)
        self.sent = 0

    def says(self, words: str) -> str:
        """The reply's text."""
        xml = pushes.text_xml("o_lin", words, next(self._numbers))
        query, body = pushes.push(self._settings, xml)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=WECHATS_PATIENCE)
        connection.request("POST", f"/wechat?{query}", body)
        answer = connection.getresponse()
        assert answer.status == 200
        self.sent += 1
        reply = pushes.opened_reply(self._settings, answer.read())
        connection.close()
        return pushes.reply_fields(reply)["Content"]

    def is_ready(self) -> bool:
        """Whether the product calls itself ready, with nothing left to store."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        connection.request("GET", "/readyz")
        state = json.loads(connection.getresponse().read())
        connection.close()
        return bool(state["ready"] and state["spool_empty"])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_database_that_hangs_and_dies_costs_nobody_their_answer(server, tmp_path: Path):
    settings = environment.product_environment(tmp_path, DATABASE_URL=server.url)
    with deployed(tmp_path, settings) as product:
        assert product.command("bot", "migrate").returncode == 0
        product.start_web()
        phone = Phone(product)
        assert "12355" in phone.says("你好")

        server.suspend()  # hung, not refused
        assert "12355" in phone.says(WORRYING)
        assert "通知" not in phone.says(WORRYING)
        assert phone.says("有什么活动")

        server.resume()
        server.kill_postmaster()  # refused
        assert "12356" in phone.says(WORRYING)
        assert phone.says("十九大")

        server.start()
        wait_until(phone.is_ready, patience=90, what="everything stored again")
        assert "你" in phone.says("菜单")
        # On a busy machine the first message after the recovery may pass through the spool too.
        wait_until(phone.is_ready, patience=90, what="the last message stored")

        audited = json.loads(product.command("bot", "audit", "--json").stdout)
        assert audited["clean"], audited["breaches"]
        assert audited["rows"]["interaction"] == phone.sent
        assert audited["rows"]["referral"] == 1

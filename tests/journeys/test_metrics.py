"""/metrics of a real deployment: whichever web process is asked tells what all of them counted."""

from __future__ import annotations

import http.client
from pathlib import Path

import pytest

from bench.servers import environment
from core.config import Settings
from tests.support import pushes
from tests.support.product import deployed

REFUSED = 'zhengqing_refused_callbacks_total{reason="bad_signature"}'
NUMBER = 30


def ask(port: int, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
    """One request on a connection of its own, so that any of the processes may take it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def value(text: str, name: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["1", "2"])
def test_every_process_tells_the_sum(tmp_path: Path, sqlite_url: str, processes: str):
    settings = environment.product_environment(tmp_path, DATABASE_URL=sqlite_url, WEB_CONCURRENCY=processes)
    with deployed(tmp_path, settings) as product:
        product.start_web()
        port = int(settings["PORT"])
        account = Settings(_env_file=None, **{name.lower(): text for name, text in settings.items()})
        for number in range(NUMBER):
            query, body = pushes.push(account, pushes.text_xml("o_lin", "你好", number + 1))
            assert ask(port, "POST", f"/wechat?{query}0", body)[0] == 403
            query, body = pushes.push(account, pushes.text_xml("o_lin", "你好", number + 1000))
            assert ask(port, "POST", f"/wechat?{query}", body)[0] == 200
        for _ in range(5):
            status, text = ask(port, "GET", "/metrics")
            assert status == 200
            assert value(text, REFUSED) == NUMBER
            assert value(text, 'zhengqing_callbacks_total{kind="text"') == NUMBER
            assert value(text, "zhengqing_answer_seconds_count") == NUMBER
            assert value(text, "zhengqing_database_up") == 1

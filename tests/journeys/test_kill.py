"""kill -9 at random points: nothing acknowledged is lost, nothing is doubled (R1, R2, R7)."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time

import pytest

from core.config import Settings
from tests.support import pushes

WORDS = ["你好", "有什么活动", "我不想活了", "菜单", "十九大", "我想找咨询师", "1"]
# A headline figure wants hundreds: KILLS=150 make test ARGS=tests/journeys/test_kill.py
KILLS = int(os.environ.get("KILLS", "4"))


class Platform:
    """Sends pushes as WeChat does: the same bytes again, up to three times, until it hears 200."""

    def __init__(self, settings: Settings, port: int) -> None:
        self._settings, self._port = settings, port
        self.acknowledged: dict[int, str] = {}
        self._lock = threading.Lock()

    def send(self, number: int, words: str) -> None:
        query, body = pushes.push(self._settings, pushes.text_xml(f"o_{number % 7}", words, number))
        for _ in range(4):
            reply = self._try(query, body)
            if reply is not None:
                with self._lock:
                    self.acknowledged[number] = reply
                return
            time.sleep(0.3)

    def _try(self, query: str, body: bytes) -> str | None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("POST", f"/wechat?{query}", body)
            answer = connection.getresponse()
            content = answer.read()
            return pushes.opened_reply(self._settings, content) if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


@pytest.mark.slow
@pytest.mark.timeout(300 + 20 * KILLS)
def test_nothing_acknowledged_is_lost_or_doubled_when_the_web_process_is_killed(product):
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    settings = Settings(_env_file=None, **{name.lower(): value for name, value in product.environment.items()})
    platform = Platform(settings, int(product.environment["PORT"]))
    stop, numbers = threading.Event(), iter(range(1, 10**6))
    lock = threading.Lock()

    def follower() -> None:
        while not stop.is_set():
            with lock:
                number = next(numbers)
            platform.send(number, WORDS[number % len(WORDS)])

    web = product.start_web()
    followers = [threading.Thread(target=follower) for _ in range(4)]
    for thread in followers:
        thread.start()
    for _ in range(KILLS):
        heard = len(platform.acknowledged)
        time.sleep(chance.uniform(0.1, 0.6))
        product.kill(web)
        web = product.start_web()
        while len(platform.acknowledged) <= heard and not stop.is_set():
            time.sleep(0.05)
    stop.set()
    for thread in followers:
        thread.join()
    stored = _stored(product)
    print(f"kills {KILLS}, acknowledged {len(platform.acknowledged)}, stored {len(stored)}, seed {seed}")
    missing = platform.acknowledged.keys() - stored.keys()
    assert not missing, f"seed {seed}: acknowledged and lost: {sorted(missing)}"
    audited = product.command("bot", "audit", "--json")
    assert json.loads(audited.stdout)["clean"], f"seed {seed}: {audited.stdout}"


def _stored(product) -> dict[int, int]:
    """MsgIds in the database, each with how often it is there."""
    from bot.inbound import read_message
    from bot.store import open_store
    from core.interactions.models import Interaction

    settings = Settings(_env_file=None, **{name.lower(): value for name, value in product.environment.items()})
    found: dict[int, int] = {}
    database = open_store(settings).database
    with database.transaction() as session:
        for row in session.query(Interaction):
            number = int(read_message(row.raw).message_id)
            found[number] = found.get(number, 0) + 1
    database.close()
    assert set(found.values()) <= {1}
    return found

"""People who write all the while: questions, taps, cries for help, sign-ups; often in several tries at once."""

from __future__ import annotations

import contextlib
import itertools
import random
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bench.chaos.members import Platform
from core.db import Database
from core.events.models import Event
from core.staff import staff

PEOPLE = 10
EVENTS = range(901, 961)
SEATS = 3
WORDS = (
    "你好",
    "十九大专栏",
    "有什么活动",
    "菜单",
    "离二七广场最近的青春家园",
    "我的报名",
    "怎么入团",
    "1",
    "谢谢老师",
    "进度",
)
WORRIES = ("我不想活了", "活着没意思，想去死", "他们天天打我，我不敢回家", "我已经吃了很多药")
TAPS = ("study.list", "events.list", "venues.ask", "crisis.numbers", "events.mine")


def put_on_duty(database: Database, platform: Platform) -> None:
    """A counselor whose phone the alerts go to."""
    phone = platform.post("/phone/cast", {"name": "值班老师", "age": 40, "about": "故障演练"})
    platform.post(f"/phone/chats/{phone['open_id']}/follow", {})
    with database.transaction() as session:
        password = secrets.token_urlsafe(24)
        counselor = staff.create(session, "chaos", "值班老师", "counselor", password, datetime.now(UTC))
        staff.bind_wechat(session, counselor.id, str(phone["open_id"]))


def open_events(database: Database) -> None:
    """Events with few seats and no questions, so that two taps are a sign-up and the last seat is raced for."""
    now = datetime.now(UTC)
    with database.transaction() as session:
        for number in EVENTS:
            session.add(
                Event(
                    number=str(number),
                    title=f"故障演练第{number}场",
                    place="青春家园教室",
                    starts_at=now + timedelta(days=3),
                    ends_at=now + timedelta(days=3, hours=2),
                    signup_opens_at=now - timedelta(days=1),
                    signup_closes_at=now + timedelta(days=2),
                    capacity=SEATS,
                    is_demo=True,
                )
            )


class Crowd:
    """Ten people, each on a thread of their own, until they are told to be quiet."""

    def __init__(self, platform: Platform, chance: random.Random, people: int = PEOPLE) -> None:
        self._platform = platform
        self._quiet = threading.Event()
        self._numbers = itertools.count(1)
        seeds = [chance.randrange(10**9) for _ in range(people)]
        self._threads = [threading.Thread(target=self._live, args=(seed,), daemon=True) for seed in seeds]

    def begin(self) -> None:
        """All begin to write."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """All stop; returns when they have."""
        self._quiet.set()
        for thread in self._threads:
            thread.join()

    def _live(self, seed: int) -> None:
        chance = random.Random(seed)
        name = f"路人{next(self._numbers)}"
        person = str(self._platform.post("/phone/cast", {"name": name, "age": 17, "about": "故障演练"})["open_id"])
        self._do(person, "follow", {})
        while not self._quiet.wait(chance.uniform(0.2, 1.2)):
            chance.choice(_HABITS)(self, person, chance)

    def say_something(self, person: str, chance: random.Random) -> None:
        self._do(person, "say", {"text": chance.choice(WORDS)})

    def cry_for_help(self, person: str, chance: random.Random) -> None:
        self._do(person, "say", {"text": chance.choice(WORRIES)})

    def tap(self, person: str, chance: random.Random) -> None:
        self._do(person, "tap", {"key": chance.choice(TAPS)})

    def scan(self, person: str, chance: random.Random) -> None:
        self._do(person, "scan", {"scene": f"event:{chance.choice(EVENTS)}"})

    def sign_up(self, person: str, chance: random.Random) -> None:
        for words in (str(chance.choice(EVENTS)), "1", "是"):
            self._do(person, "say", {"text": words})
            time.sleep(chance.uniform(0.1, 0.5))

    def say_at_once(self, person: str, chance: random.Random) -> None:
        """Four tries at the same moment, on both machines: what a slow first answer comes to."""
        words = chance.choice(WORDS + WORRIES)
        fields = {"MsgType": "text", "Content": words}
        self._ask("/control/push", {"open_id": person, "fields": fields, "concurrent": True})

    def _do(self, person: str, verb: str, body: dict[str, object]) -> None:
        self._ask(f"/phone/chats/{person}/{verb}", body)

    def _ask(self, path: str, body: dict[str, object]) -> None:
        # A phone that cannot do it just now (not following any more) goes on with something else.
        with contextlib.suppress(ValueError, OSError):
            self._platform.post(path, body)


_HABITS: tuple[Callable[[Crowd, str, random.Random], None], ...] = (
    Crowd.say_something,
    Crowd.say_something,
    Crowd.tap,
    Crowd.scan,
    Crowd.cry_for_help,
    Crowd.sign_up,
    Crowd.say_at_once,
    Crowd.say_at_once,
)

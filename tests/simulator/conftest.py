"""Fixtures of the simulator's tests: a tiny bot, a running platform, its API as a client, its phone."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from simulator import server
from simulator.client import Phone
from simulator.settings import Settings
from simulator.world import World
from tests.simulator import phone_desk
from tests.simulator.bot import Bot

ANSWER_LIMIT_S = 0.4


class Platform:
    """The API as the bot calls it; `token` is fetched once and put into the query."""

    def __init__(self, world: World):
        self.world = world
        self._http = requests.Session()
        self._http.trust_env = False
        self._token: str | None = None

    def close(self) -> None:
        self._http.close()

    def raw(self, method: str, path: str, **rest) -> requests.Response:
        return self._http.request(method, self.world.api_url + path, timeout=20, **rest)

    def fetch_token(self, mini: bool = False, **changed: str) -> dict:
        chosen = self.world.settings
        app_id, secret = (chosen.mp_app_id, chosen.mp_app_secret) if mini else (chosen.app_id, chosen.app_secret)
        query = {"grant_type": "client_credential", "appid": app_id, "secret": secret} | changed
        return self.raw("GET", "/cgi-bin/token", params=query).json()

    def stable(self, **changed: object) -> dict:
        chosen = self.world.settings
        body = {"grant_type": "client_credential", "appid": chosen.app_id, "secret": chosen.app_secret} | changed
        return self.raw("POST", "/cgi-bin/stable_token", json=body).json()

    @property
    def token(self) -> str:
        if self._token is None:
            self._token = self.fetch_token()["access_token"]
        return self._token

    def renew_token(self) -> None:
        """After a move of the clock the old one may be over."""
        self._token = None

    def use_mini(self) -> None:
        """From here on call with the mini-program's token."""
        self._token = self.fetch_token(mini=True)["access_token"]

    def get(self, path: str, **query: object) -> dict:
        return self.raw("GET", path, params={"access_token": self.token, **query}).json()

    def post(self, path: str, body: object = None, **query: object) -> dict:
        rest = {"json": {}} if body is None else {"data": _utf8(body)}
        return self.raw("POST", path, params={"access_token": self.token, **query}, **rest).json()

    def upload(self, path: str, kind: str, name: str, content: bytes, **form: str) -> dict:
        query = {"access_token": self.token, "type": kind}
        return self.raw("POST", path, params=query, files={"media": (name, content)}, data=form).json()


def _utf8(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.fixture
def bot() -> Iterator[Bot]:
    made = Bot()
    yield made
    made.close()


@pytest.fixture
def start(tmp_path: Path, bot: Bot) -> Iterator[Callable[..., World]]:
    """Starts simulators on free ports; settings can be changed by name."""
    running: list[server.Running] = []

    def run(**changed: object) -> World:
        chosen = Settings(api_port=0, phone_port=0, callback=bot.url, directory=tmp_path / "simulator")
        fast = {"answer_limit_s": ANSWER_LIMIT_S, "job_delay_s": 0.0}
        running.append(server.start(replace(chosen, **{**fast, **changed})))
        return running[-1].world

    run.stop = lambda: running.pop().stop()  # type: ignore[attr-defined]
    yield run
    for each in running:
        each.stop()


@pytest.fixture
def world(request: pytest.FixtureRequest, start: Callable[..., World]) -> World:
    """A simulator of its own; a test may give settings by indirect parametrization."""
    return start(**getattr(request, "param", {}))


@pytest.fixture
def platform(world: World) -> Iterator[Platform]:
    made = Platform(world)
    yield made
    made.close()


@pytest.fixture
def phone(world: World) -> Iterator[Phone]:
    made = Phone(world.phone_url)
    yield made
    made.close()


@pytest.fixture
def lin(phone: Phone) -> dict:
    """林晓, a follower."""
    fan = phone.find("林晓")
    phone.act(fan, "follow", {})
    return fan


@pytest.fixture
def desk(browser, tmp_path):
    """The phone page in a browser, with a simulator and a bot that answers."""
    with phone_desk.opened(browser, tmp_path) as desk:
        desk.bot.answers("你好，我在。")
        yield desk

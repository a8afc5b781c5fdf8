"""The product's own client of the simulated platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from core.clock import SystemClock
from core.config import Settings
from core.db import Database
from core.wechat.client import WeChat
from core.wechat.token_cache import NoCache
from core.wechat.tokens import Tokens


@pytest.fixture(autouse=True)
def be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loaded test machine is neither a WeChat nor a Redis that hangs."""
    monkeypatch.setattr("core.wechat.connection.CONNECT_S", 30.0)
    monkeypatch.setattr("core.wechat.connection.READ_S", 30.0)
    monkeypatch.setattr("core.wechat.token_cache.PATIENCE_S", 30.0)


@pytest.fixture
def shared(database_url: str) -> Iterator[Database]:
    """The database that all processes share."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def make_tokens(account: Settings, shared: Database, clock) -> Iterator[Callable[..., Tokens]]:
    """`make_tokens(clock=…, cache=…)`: the tokens as one process keeps them."""
    made: list[Tokens] = []

    def make(clock=clock, cache: NoCache | None = None) -> Tokens:
        place = (account.wechat_api_base, account.wechat_appid, account.wechat_appsecret)
        made.append(Tokens(shared, clock, *place, cache))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def wechat(account: Settings, make_tokens: Callable[..., Tokens]) -> Iterator[WeChat]:
    """The client of one process, by the machine's clock."""
    client = WeChat(account, make_tokens(SystemClock()))
    yield client
    client.close()

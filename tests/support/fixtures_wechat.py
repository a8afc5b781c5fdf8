"""Fixtures: a simulated platform of the test's own, and settings that point at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.config import Settings
from simulator import server
from simulator.settings import Settings as SimulatorSettings
from simulator.world import World
from tests.support.platform import MP_APP_ID, MP_SECRET, SECRET, Platform


@pytest.fixture
def world(tmp_path, settings: Settings) -> Iterator[World]:
    """The platform, knowing our account."""
    chosen = SimulatorSettings(
        api_port=0,
        phone_port=0,
        app_id=settings.wechat_appid,
        app_secret=SECRET,
        mp_app_id=MP_APP_ID,
        mp_app_secret=MP_SECRET,
        callback="http://127.0.0.1:9/wechat",
        directory=tmp_path / "simulator",
        answer_limit_s=0.2,
    )
    running = server.start(chosen)
    yield running.world
    running.stop()


@pytest.fixture
def platform(world: World) -> Platform:
    return Platform(world)


@pytest.fixture
def account(world: World, settings: Settings) -> Settings:
    """Our settings, pointing at this platform."""
    return settings.model_copy(
        update={
            "wechat_api_base": world.api_url,
            "wechat_appsecret": SECRET,
            "mp_appid": MP_APP_ID,
            "mp_appsecret": MP_SECRET,
        }
    )

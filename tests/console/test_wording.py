"""Times as people say them, and how the system is said to do."""

from datetime import UTC, datetime, timedelta

import pytest

from console import system_state, wording
from console.house import House
from core.clock import SHANGHAI
from core.outbox import sweeps
from core.wechat.models import AccessToken

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-11-23T00:00", "今天 00:00"),
        ("2026-11-22T23:59", "昨天 23:59"),
        ("2026-11-24T08:00", "明天 08:00"),
        ("2026-11-20T15:20", "11月20日 15:20"),
        ("2025-11-20T15:20", "2025年11月20日 15:20"),
    ],
)
def test_a_moment(when, said):
    assert wording.stamp(datetime.fromisoformat(when).replace(tzinfo=SHANGHAI), NOW) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (-3, "刚刚到"),
        (0, "刚刚到"),
        (4, "已等 4 分钟"),
        (60, "已等 1 小时"),
        (65, "已等 1 小时 5 分"),
        (24 * 60, "已等 1 天"),
        (51 * 60, "已等 2 天 3 小时"),
    ],
)
def test_waiting(minutes, said):
    assert wording.waited(NOW - timedelta(minutes=minutes), NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-9, "刚刚"), (3, "刚刚"), (40, "40 秒前"), (125, "2 分钟前"), (7200, "2 小时前"), (200000, "2 天前")],
)
def test_ago(seconds, said):
    assert wording.ago(NOW - timedelta(seconds=seconds), NOW) == said


def state(store, settings, is_empty=True):
    """What an admin reads of each part."""
    house = House(store, None, settings, None, lambda: is_empty)
    with store.reading() as reading:
        return {part.name: part for part in system_state.read(reading, house, NOW)}


def test_a_new_deployment_shows_that_nothing_ran_yet(either_store, settings):
    told = state(either_store, settings)
    assert told["数据库"].is_well
    assert not told["发送待发消息"].is_well
    assert told["微信接口凭据"].says == "还没有取过"


def test_a_stuck_sweep_and_a_full_spool_are_seen(either_store, settings):
    with either_store.transaction() as session:
        sweeps.record(session, "deliveries", NOW - timedelta(seconds=9), NOW - timedelta(seconds=8), 0)
        sweeps.record(session, "dialogues", NOW - timedelta(hours=3), NOW - timedelta(hours=3), 0)
        sweeps.record(session, "logins", NOW - timedelta(minutes=50), NOW - timedelta(minutes=50), 0)
        session.add(
            AccessToken(app_id=settings.wechat_appid, expires_at=NOW + timedelta(minutes=90), fault="", forced_on="")
        )
    told = state(either_store, settings, is_empty=False)
    assert told["发送待发消息"].says == "8 秒前跑完一轮"
    assert told["发送待发消息"].is_well
    assert not told["结束过期的对话"].is_well
    assert told["清除过期的小程序登录"].is_well
    assert not told["本机暂存"].is_well
    assert told["微信接口凭据"].says == "还有 90 分钟到期"

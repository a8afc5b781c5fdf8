"""How the system does (系统运行), for who runs it: database, spool, sweeps, outbox, token. No numbers about people."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from console.house import House
from console.wording import ago
from core.outbox import state as outbox
from core.outbox import sweeps
from core.wechat.state import token_expires_at

SLOW_MS = 200
LATE = timedelta(minutes=5)
SWEEPS = {
    "deliveries": "发送待发消息",
    "overdue": "清理过期的待发",
    "dialogues": "结束过期的对话",
    "erasures": "清除要求删除的数据",
    "logins": "清除过期的小程序登录",
    "corrections": "清除到期的纠正样本",
}


@dataclass(frozen=True)
class Part:
    """One line: what it is, how it does, and whether somebody should look."""

    name: str
    says: str
    is_well: bool


def read(reading: Session, house: House, now: datetime) -> list[Part]:
    """All parts, in the order in which one would look for a fault."""
    parts = (_database(reading, house), _spool(house), *_sweeps(reading, now))
    return [*parts, _outbox(reading, now), _token(reading, house, now)]


def _database(reading: Session, house: House) -> Part:
    started = time.perf_counter()
    reading.execute(text("SELECT 1"))
    took = (time.perf_counter() - started) * 1000
    kind = "SQLite" if house.database.is_sqlite else "PostgreSQL"
    return Part("数据库", f"{kind}，{took:.1f} 毫秒", took < SLOW_MS)


def _spool(house: House) -> Part:
    is_empty = house.spool_is_empty()
    return Part("本机暂存", "空" if is_empty else "有消息等着写进数据库", is_empty)


def _sweeps(reading: Session, now: datetime) -> Iterator[Part]:
    finished = sweeps.heartbeats(reading)
    for name in (*SWEEPS, *sorted(set(finished) - set(SWEEPS))):
        at = finished.get(name)
        says = f"{ago(at, now)}跑完一轮" if at else "还没有跑过"
        late = LATE + timedelta(seconds=sweeps.PACES.get(name, 0))
        yield Part(SWEEPS.get(name, name), says, at is not None and now - at < late)


def _outbox(reading: Session, now: datetime) -> Part:
    oldest = outbox.oldest_due(reading, now)
    if oldest is None:
        return Part("待发消息", "没有积压", True)
    return Part("待发消息", f"最早的一条 {ago(oldest, now)}就该发出", now - oldest < LATE)


def _token(reading: Session, house: House, now: datetime) -> Part:
    expires_at = token_expires_at(reading, house.settings.wechat_appid)
    if expires_at is None:
        return Part("微信接口凭据", "还没有取过", True)
    if expires_at <= now:
        return Part("微信接口凭据", "已过期，下次发送时会重新取", True)
    return Part("微信接口凭据", f"还有 {int((expires_at - now) / timedelta(minutes=1))} 分钟到期", True)

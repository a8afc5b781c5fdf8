"""Help lines (热线): numbers, what is known of their hours, and since when; nothing is claimed that nobody checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from content.errors import ContentError, Finding, short
from content.reading import Row, read_toml

HOTLINES_FILE = Path(__file__).parent / "hotlines.toml"
CITY_TIME = ZoneInfo("Asia/Shanghai")
CHECK_EVERY = timedelta(days=90)


@dataclass(frozen=True)
class Hotline:
    """One number; `hours` is empty while nobody has checked them."""

    number: str
    name: str
    for_whom: str
    hours: tuple[tuple[time, time], ...] = ()
    hours_text: str = ""
    checked_on: date | None = None
    checked_by: str = ""
    night_line: str = ""
    emergency: bool = False

    def is_open(self, at: datetime) -> bool | None:
        """None: not known, because nobody has checked the hours."""
        if self.emergency:
            return True
        if not self.hours:
            return None
        now = at.astimezone(CITY_TIME).time()
        return any(_within(now, opens, closes) for opens, closes in self.hours)


class Hotlines:
    def __init__(self, lines: Mapping[str, Hotline], file: str) -> None:
        self._lines, self.file = dict(lines), file

    @classmethod
    def load(cls, path: Path = HOTLINES_FILE, local: Path | None = None) -> "Hotlines":
        """`local` (default: hotlines.local.toml beside it, if there) overrides single fields or adds numbers."""
        tables = _read_tables(path)
        local = local or path.with_name("hotlines.local.toml")
        if local.exists():
            for number, fields in _read_tables(local).items():
                tables[number] = {**tables.get(number, {}), **fields}
        lines = {number: _read_line(fields, path, number) for number, fields in tables.items()}
        for line in lines.values():
            if line.night_line and line.night_line not in lines:
                problem = f"夜间热线 {line.night_line} 不在文件里"
                raise ContentError(path, line.number, problem, "为它加一个 [[hotline]]")
        return cls(lines, short(path))

    def __iter__(self) -> Iterator[Hotline]:
        return iter(self._lines.values())

    def get(self, number: str) -> Hotline:
        if number not in self._lines:
            raise ContentError(self.file, number, "没有这个号码", "为它加一个 [[hotline]]")
        return self._lines[number]

    def line(self, number: str, at: datetime | None = None) -> str:
        """Starts with a number that can be tapped; a line known to be closed gives way to its night line."""
        line = self.get(number)
        if at and line.is_open(at) is False:
            if line.night_line:
                night = self.get(line.night_line)
                return f"{night.number} {night.name}（{line.number} 现在没人接）"
            return f"{line.number} {line.name}（{line.hours_text}）"
        return f"{line.number} {line.name}"

    def values(self, at: datetime | None = None) -> dict[str, str]:
        """What texts may insert: {line_12356}, {line_12355} …"""
        return {f"line_{number}": self.line(number, at) for number in self._lines}

    def open_now(self, at: datetime) -> tuple[Hotline, ...]:
        """Only lines known to be open: unknown hours are no promise."""
        return tuple(line for line in self if line.is_open(at))

    def stale(self, at: datetime) -> tuple[Finding, ...]:
        """Lines whose last check is older than 90 days, or that nobody has checked."""
        return tuple(self._warning(line, at) for line in self if _needs_check(line, at))

    def _warning(self, line: Hotline, at: datetime) -> Finding:
        today = at.astimezone(CITY_TIME).date().isoformat()
        since = f"上次核对是 {line.checked_on}，已超过 90 天" if line.checked_on else "还没有人核对过"
        mend = f'打一次电话核对，再写上 checked_on = {today} 和 checked_by = "姓名"'
        return Finding(self.file, line.number, since, mend, level="warning")


def _needs_check(line: Hotline, at: datetime) -> bool:
    # Nobody should dial 110 or 120 to check a list.
    if line.emergency:
        return False
    return line.checked_on is None or at.astimezone(CITY_TIME).date() - line.checked_on > CHECK_EVERY


def _within(now: time, opens: time, closes: time) -> bool:
    # 00:00-00:00 is the whole day; 20:00-02:00 runs over midnight.
    return opens <= now < closes if opens < closes else now >= opens or now < closes


def _read_tables(path: Path) -> dict[str, Mapping[str, Any]]:
    tables: dict[str, Mapping[str, Any]] = {}
    for index, fields in enumerate(Row(read_toml(path), path, "[[hotline]]").take("hotline", list), 1):
        number = Row(fields, path, f"第 {index} 个 [[hotline]]").text("number")
        if number in tables:
            raise ContentError(path, number, "号码写了两次", "删掉一个")
        tables[number] = fields
    return tables


def _read_line(fields: Mapping[str, Any], path: Path, number: str) -> Hotline:
    row = Row(fields, path, number)
    line = Hotline(
        number=row.text("number"),
        name=row.text("name"),
        for_whom=row.text("for_whom"),
        hours=tuple(_read_span(span, row) for span in row.words("hours", [])),
        hours_text=row.text("hours_text", ""),
        checked_on=row.take("checked_on", date, None),
        checked_by=row.text("checked_by", ""),
        night_line=row.text("night_line", ""),
        emergency=row.take("emergency", bool, False),
    )
    row.text("note", "")
    row.done()
    if bool(line.hours) != bool(line.hours_text):
        raise row.error("hours 和 hours_text 要么都写，要么都不写", "补上另一个，或两个都删掉")
    if line.hours and not (line.checked_on and line.checked_by):
        raise row.error("写了时间，但没有写谁在哪天核对过", "补上 checked_on 和 checked_by，或删掉时间")
    if line.night_line and not line.hours:
        raise row.error("写了夜间热线，但不知道它几点没人接", "补上核对过的 hours，或删掉 night_line")
    return line


def _read_span(span: str, row: Row) -> tuple[time, time]:
    try:
        opens, closes = span.split("-")
        return time.fromisoformat(opens), time.fromisoformat(closes)
    except ValueError:
        raise row.error(f"时间写错了（{span}）", '写成 "08:00-22:00"') from None

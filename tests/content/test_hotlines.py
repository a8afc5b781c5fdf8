"""Hotlines: nothing is claimed of a number that nobody has checked."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from content.errors import ContentError
from content.hotlines import Hotlines

CITY = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 1, 10, 12, 0, tzinfo=CITY)
NIGHT = datetime(2026, 1, 10, 23, 30, tzinfo=CITY)
CHECKED = 'checked_on = 2026-01-05\nchecked_by = "王老师"\n'
DAY_LINE = f'hours = ["08:00-22:00"]\nhours_text = "每天 8:00 到 22:00"\n{CHECKED}'


def line(number: str, more: str = "") -> str:
    return f'[[hotline]]\nnumber = "{number}"\nname = "{number} 线"\nfor_whom = "任何人"\n{more}\n'


@pytest.fixture
def written(tmp_path: Path):
    def write(*lines: str, local: str = "") -> Hotlines:
        (tmp_path / "hotlines.toml").write_text("\n".join(lines), encoding="utf-8")
        if local:
            (tmp_path / "hotlines.local.toml").write_text(local, encoding="utf-8")
        return Hotlines.load(tmp_path / "hotlines.toml")

    return write


def test_a_line_begins_with_its_number():
    values = Hotlines.load().values()
    assert all(text.startswith(name.removeprefix("line_")) for name, text in values.items())
    assert {"line_12356", "line_12355", "line_120", "line_110", "line_12338", "line_12345"} <= set(values)


def test_unknown_hours_are_neither_open_nor_closed(written):
    hotlines = written(line("12355"))
    assert hotlines.get("12355").is_open(NOON) is None
    assert hotlines.open_now(NOON) == ()


def test_hours_are_read_in_the_citys_time(written):
    hotlines = written(line("12355", DAY_LINE))
    assert hotlines.get("12355").is_open(datetime(2026, 1, 10, 4, 0, tzinfo=UTC)) is True
    assert hotlines.get("12355").is_open(datetime(2026, 1, 10, 15, 0, tzinfo=UTC)) is False


@pytest.mark.parametrize(("at", "is_open"), [(NOON, False), (NIGHT, True)])
def test_hours_may_run_over_midnight(written, at: datetime, is_open: bool):
    hours = f'hours = ["20:00-02:00"]\nhours_text = "晚上"\n{CHECKED}'
    assert written(line("12355", hours)).get("12355").is_open(at) is is_open


def test_midnight_to_midnight_is_the_whole_day(written):
    hours = f'hours = ["00:00-00:00"]\nhours_text = "24 小时"\n{CHECKED}'
    assert written(line("12355", hours)).get("12355").is_open(NIGHT) is True


def test_a_line_that_is_closed_gives_way_to_its_night_line(written):
    hotlines = written(line("12356"), line("12355", DAY_LINE + 'night_line = "12356"'))
    assert hotlines.line("12355", NOON) == "12355 12355 线"
    assert hotlines.line("12355", NIGHT).startswith("12356 ")


def test_a_closed_line_without_a_night_line_tells_its_hours(written):
    assert "每天 8:00 到 22:00" in written(line("12355", DAY_LINE)).line("12355", NIGHT)


def test_a_check_is_stale_after_ninety_days(written):
    hotlines = written(line("12355", CHECKED))
    checked = datetime(2026, 1, 5, 12, tzinfo=CITY)
    assert hotlines.stale(checked + timedelta(days=90)) == ()
    (warning,) = hotlines.stale(checked + timedelta(days=91))
    assert warning.level == "warning"
    assert "12355" in warning.where
    assert "90 天" in warning.problem


def test_a_number_nobody_checked_is_stale(written):
    assert "还没有人核对过" in written(line("12355")).stale(NOON)[0].problem


def test_nobody_is_told_to_dial_an_emergency_number_for_a_check(written):
    hotlines = written(line("110", "emergency = true"))
    assert hotlines.stale(NOON) == ()
    assert hotlines.get("110").is_open(NIGHT) is True


def test_the_local_file_overrides_single_fields_and_adds_numbers(written):
    hotlines = written(line("12355"), local='[[hotline]]\nnumber = "12355"\nname = "本市热线"\n' + line("0371-1"))
    assert hotlines.line("12355") == "12355 本市热线"
    assert hotlines.get("12355").for_whom == "任何人"
    assert hotlines.get("0371-1").number == "0371-1"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ('hours = ["08:00-22:00"]', "要么都写"),
        ('hours = ["08:00-22:00"]\nhours_text = "白天"', "没有写谁在哪天核对过"),
        ('hours = ["8-22"]\nhours_text = "白天"\n' + CHECKED, "时间写错了"),
        ('night_line = "12356"', "不知道它几点没人接"),
        (DAY_LINE + 'night_line = "999"', "不在文件里"),
        ("checked_on = 20260105", "checked_on 的类型不对"),
        ('hour = "x"', "不认识的字段 hour"),
    ],
)
def test_hours_that_nobody_vouches_for_are_refused(written, more: str, problem: str):
    with pytest.raises(ContentError, match=f"12355：.*{problem}"):
        written(line("12356"), line("12355", more))


def test_a_number_written_twice_is_refused(written):
    with pytest.raises(ContentError, match="写了两次"):
        written(line("12355"), line("12355"))


def test_an_unknown_number_says_where_to_add_it():
    with pytest.raises(ContentError, match=r"hotlines\.toml · 000"):
        Hotlines.load().get("000")


def test_no_hours_are_claimed_as_shipped():
    assert not [one.number for one in Hotlines.load() if one.hours and one.checked_on is None]
    assert not [one.number for one in Hotlines.load() if one.checked_on and one.checked_on > date.today()]  # noqa: DTZ011

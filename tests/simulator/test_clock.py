"""The movable clock, and that nobody else asks the machine."""

import ast
from pathlib import Path

import simulator
from simulator.clock import Clock, read_moment

HERE = Path(simulator.__file__).parent
ASKING = {"time", "time_ns", "monotonic", "now", "utcnow", "today", "perf_counter"}


def test_it_can_be_advanced_moved_frozen_and_reset():
    clock = Clock()
    clock.advance(3600)
    assert 3599 < clock.now() - clock.wall() < 3601
    clock.move_to(read_moment("2026-03-05T08:00:00+08:00"))
    clock.freeze()
    assert clock.now() == clock.now()
    clock.advance(60)
    assert clock.iso()[:19] == "2026-03-05T08:01:00"
    clock.thaw()
    assert not clock.frozen
    assert clock.iso()[:16] == "2026-03-05T08:01"
    clock.reset()
    assert abs(clock.now() - clock.wall()) < 1


def test_a_moment_without_offset_is_beijing_time():
    assert read_moment("2026-03-05T08:00:00") == read_moment("2026-03-05T00:00:00+00:00")


def test_a_day_begins_at_midnight_in_beijing():
    clock = Clock()
    clock.move_to(read_moment("2026-03-05T23:59:00+08:00"))
    clock.freeze()
    assert clock.day() == "2026-03-05"
    clock.advance(60)
    assert clock.day() == "2026-03-06"


def test_only_the_clock_asks_the_machine_for_the_time():
    askers = {
        path.name
        for path in HERE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("time", "datetime", "date")
        and node.func.attr in ASKING
    }
    assert askers == {"clock.py"}


def test_the_simulator_imports_nothing_of_ours():
    ours = {"bot", "handlers", "content", "core", "mp_backend", "console", "app"}
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & ours, path

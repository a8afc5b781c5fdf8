"""Imports point one way (design 2): a walk over the source keeps it so."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("content", "core", "handlers", "bot", "mp_backend", "console", "simulator")
MAY_IMPORT = {
    "content": set(),
    "core": {"content"},
    "handlers": {"content", "core"},
    "bot": {"content", "core", "handlers"},
    "mp_backend": {"content", "core"},
    "console": {"content", "core"},
    "simulator": set(),
}
WEB = {"flask", "werkzeug", "jinja2"}


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    room = path.relative_to(ROOT).parts[0]
    others = imported(path) & set(ROOMS) - {room}
    assert others <= MAY_IMPORT[room], f"{path.relative_to(ROOT)} must not import {others - MAY_IMPORT[room]}"
    assert "app" not in imported(path)


@pytest.mark.parametrize("room", ["content", "core", "handlers"])
def test_the_business_knows_no_web_framework(room):
    for path in (ROOT / room).rglob("*.py"):
        allowed = {"wechatpy"} if path.parent == ROOT / "core" / "wechat" else set()  # the outbound client
        assert not imported(path) & (WEB | {"wechatpy"}) - allowed, path


def test_a_subject_reaches_into_no_other_subjects_models():
    """Inside core a subject calls another's verbs; only ids of its rows are named by string in foreign keys."""
    subjects = {path.parent.name for path in (ROOT / "core").glob("*/models.py")}
    for path in (ROOT / "core").glob("*/models.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core."):
                other = (node.module or "").split(".")[1]
                assert other not in subjects - {path.parent.name}, f"{path} imports {node.module}"

"""The content check: shipped content passes, and each check fails once on a copy with one mistake in it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from content import lint
from content.errors import ROOT, Finding

NOW = datetime(2026, 1, 10, tzinfo=UTC)
DATA = ("texts", "columns", "covers", "venues", "demo", "rules", "menu.toml", "hotlines.toml", "lint_words.toml")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in DATA:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    return tmp_path


@pytest.fixture
def edit(copy: Path) -> Callable[[str, str, str], list[Finding]]:
    def replace(file: str, old: str, new: str) -> list[Finding]:
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is no longer in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return [finding for finding in lint.check(copy, NOW) if finding.level == "error"]

    return replace


def test_the_shipped_content_passes():
    assert [str(finding) for finding in lint.check(ROOT, NOW) if finding.level == "error"] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("texts/common.toml", 'text = "好了。', 'text = "好了{nmae}。', "占位符 {nmae} 没有登记"),
        ("texts/common.toml", 'text = "好了。', f'text = "{"好" * 700}', "字节"),
        ("texts/common.toml", 'text = "好了。', 'text = "想开点。', "想开点"),
        ("texts/common.toml", 'text = "好了。', 'text = ["甲", "甲"] #', "一模一样"),
        ("texts/common.toml", 'text = "好了。', 'txt = "好了。', "这里应当是 text"),
        ("texts/crisis.toml", "{line_120}\n", "", "没有以 120 开头的一行"),
        ("texts/crisis.toml", "{line_120}\n", "电话 {line_120}\n", "号码不在一行的开头"),
        ("texts/crisis.toml", "谢谢你告诉我", "谢谢你告诉我！", "感叹号"),
        ("texts/crisis.toml", "请不要等这里的回复", "{alerted}请不要等这里的回复", "有 {alerted}"),
        ("texts/crisis.toml", "请不要等这里的回复", "已通知老师，请不要等这里的回复", "说了“通知”"),
        ("texts/crisis.toml", "[again]", "[agian]", "没有这条文案"),
        ("columns/shijiuda/kaimu.md", "## 大会的主题", "别矫情 ## 大会的主题", "别矫情"),
        ("columns/quanyi-xinli/qiling.md", "12356", "", "没有 12356"),
        ("columns/lvfengshang/jieshui.md", "示例文章", "文章", "示例文章没有在末尾注明"),
        ("columns/shijiuda/column.toml", "shijiuda.png", "lost.png", "找不到 lost.png"),
        ("columns/shijiuda/kaimu.md", "## 大会的主题", "![图](lost.png)\n## 大会的主题", "找不到 lost.png"),
        ("columns/shijiuda/kaimu.md", "## 大会的主题", "[看](http://x)\n## 大会的主题", "链接 http://x 不能用"),
        ("columns/shijiuda/kaimu.md", "author", "auther", "缺少 author"),
        ("venues/venues.csv", "演示数据：", "", "没有核对过的场地没有注明"),
        ("venues/venues.csv", "QCJY002", "QCJY003", "重复"),
        ("venues/venues.csv", ",,图书角", ",13912345678,图书角", "有一个手机号"),
        ("demo/events.toml", "带上水和帽子", "带上 13912345678", "有一个手机号"),
        ("menu.toml", 'action = "study.list"', 'action = "study.lst"', "不认识的动作"),
        ("rules/study.toml", '"下一篇", "再来一篇"]\n', '"完全不相干"]\n', "例句“完全不相干”应当走到"),
        ("rules/study.toml", "examples = [", "not_examples = [", "不认识的字段"),
        ("rules/study.toml", '"下一篇", "下一个"', '"活动", "下一个"', "“活动”同时写在"),
        ("hotlines.toml", 'number = "12355"', 'number = "12356"', "号码写了两次"),
        ("lint_words.toml", "may_claim = true", "may_clam = true", "缺少 may_claim"),
    ],
)
def test_a_mistake_is_found_and_named(edit, file: str, old: str, new: str, problem: str):
    found = edit(file, old, new)
    named = Path(file).name
    assert [one for one in found if problem in one.problem and named in f"{one.file}{one.problem}"], found


@pytest.mark.parametrize(
    ("old", "new", "mend"),
    [
        ("longest = 300", "longest = 50", "缩短到 50 个字以内"),
        ("variants = 3", "variants = 9", "至少写 9 种"),
        ('needs_numbers = ["', 'needs_numbers = ["菜单", "', "写上求助热线"),
    ],
)
def test_the_words_and_limits_are_read_from_their_file(edit, old: str, new: str, mend: str):
    assert [one for one in edit("lint_words.toml", old, new) if mend in one.mend]


def test_one_broken_file_does_not_hide_the_next(copy: Path):
    (copy / "menu.toml").write_text("[[", encoding="utf-8")
    (copy / "rules" / "study.toml").write_text("[[", encoding="utf-8")
    assert {"menu.toml", "study.toml"} <= {one.file for one in lint.check(copy, NOW) if one.level == "error"}


def test_a_rule_without_examples_is_found(copy: Path):
    (copy / "rules" / "more.toml").write_text('[[rule]]\naction = "menu.help"\nphrases = ["摸鱼"]\n', encoding="utf-8")
    assert "没有 examples" in {one.problem for one in lint.check(copy, NOW)}


def test_unchecked_numbers_and_unread_crisis_texts_only_warn():
    warnings = [one for one in lint.check(ROOT, NOW) if one.level == "warning"]
    assert any("12356" in one.where for one in warnings)
    assert any(one.where == "crisis.imminent" and "专业人员" in one.problem for one in warnings)


def test_a_column_without_articles_warns(copy: Path):
    for page in (copy / "columns" / "xiwang").glob("*.md"):
        page.unlink()
    assert "专栏里没有文章" in {one.problem for one in lint.check(copy, NOW)}


def test_the_command_fails_on_errors_and_tells_how_many(copy: Path, capsys: pytest.CaptureFixture[str]):
    assert lint.main(copy) == 0
    assert "内容检查：0 个错误" in capsys.readouterr().out
    (copy / "menu.toml").write_text("button = []", encoding="utf-8")
    assert lint.main(copy) == 1
    assert "错误 menu.toml · [[button]]：有 0 个按钮。改法：写 1 到 3 个" in capsys.readouterr().out


def test_no_finding_shows_a_path_of_this_machine(copy: Path):
    (copy / "menu.toml").write_text("[[", encoding="utf-8")
    shown = "".join(map(str, lint.check(copy, NOW)))
    assert str(copy) not in shown
    assert str(ROOT) not in shown

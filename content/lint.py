"""Check all content (内容检查): python -m content.lint prints one line per finding and exits non-zero on errors."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from content.demo import load_events
from content.errors import ROOT, ContentError, Finding, short
from content.hotlines import Hotlines
from content.library import Article, Library
from content.menu import Menu
from content.rules import Rules
from content.safe_messaging import CrisisRule, SafeWords
from content.texts import Text, Texts
from content.venues import Venues

MOST_BYTES = 2048
IMAGE = re.compile(r"!\[[^]]*]\(([^)\s]+)")
LINK = re.compile(r"(?<!!)\[[^]]*]\(([^)\s]+)")
SAMPLE_NOTE = "示例文章"
# Every text may use these; the settings give them. Long examples, for the byte check.
HOUSE_VALUES = {"account": "郑州共青团青年服务平台", "city": "呼伦贝尔"}


def check(root: Path, at: datetime) -> list[Finding]:
    """Every finding, errors first."""
    found = [finding for part in PARTS for finding in _part(part, root, at)]
    return sorted(found, key=lambda one: (one.level != "error", one.file, one.where))


def _part(part: "Part", root: Path, at: datetime) -> Iterator[Finding]:
    # One broken file must not hide what is wrong with the others.
    try:
        yield from part(root, at)
    except ContentError as error:
        yield error.finding


def check_texts(root: Path, at: datetime) -> Iterator[Finding]:
    texts, words, hotlines = _texts(root)
    for entry in map(texts.entry, texts.keys()):
        values = {**HOUSE_VALUES, **hotlines.values(), **texts.samples(entry.key)}
        for name in sorted(entry.placeholders() - set(values)):
            mend = f'在 [values] 里写上 {name} = "例子"，或改正拼写'
            yield Finding(entry.file, entry.key, f"占位符 {{{name}}} 没有登记", mend)
        if entry.placeholders() <= set(values):
            wordings = [texts.get(entry.key, number, **values) for number in range(len(entry.variants))]
            yield from _wording_findings(entry, wordings, words)


def _wording_findings(entry: Text, wordings: Sequence[str], words: SafeWords) -> Iterator[Finding]:
    for number, wording in enumerate(wordings, 1):
        where = f"{entry.key} 第 {number} 种说法" if len(wordings) > 1 else entry.key
        if (size := len(wording.encode())) > MOST_BYTES:
            yield Finding(entry.file, where, f"有 {size} 字节", f"缩短到 {MOST_BYTES} 字节以内（约 680 个字）")
        for problem, mend in words.problems(wording):
            yield Finding(entry.file, where, problem, mend)
        if wording in wordings[: number - 1]:
            yield Finding(entry.file, where, "和前面的说法一模一样", "换一种说法，或删掉")


def check_crisis(root: Path, at: datetime) -> Iterator[Finding]:
    texts, words, hotlines = _texts(root)
    for rule in words.crisis:
        entry = texts.entry(rule.key)
        yield from _crisis_entry_findings(entry, rule, words)
        values = {**hotlines.values(), **texts.samples(rule.key)}
        if not entry.placeholders() <= set(values):
            continue
        for number in range(len(entry.variants)):
            for problem, mend in words.crisis_problems(texts.get(rule.key, number, **values), rule):
                yield Finding(entry.file, f"{rule.key} 第 {number + 1} 种说法", problem, mend)


def _crisis_entry_findings(entry: Text, rule: CrisisRule, words: SafeWords) -> Iterator[Finding]:
    if len(entry.variants) < rule.variants:
        problem = f"只有 {len(entry.variants)} 种说法"
        yield Finding(entry.file, rule.key, problem, f"至少写 {rule.variants} 种，连着收到时不重样（S9）")
    if not rule.may_claim and "alerted" in entry.placeholders():
        yield Finding(entry.file, rule.key, "有 {alerted}，但这时没有通知任何人", "删掉 {alerted}（S4）")
    if len(set(entry.reviewed_by)) < words.crisis_reviewers:
        problem = f"{len(set(entry.reviewed_by))} 位专业人员看过，还不够 {words.crisis_reviewers} 位"
        mend = '请人审阅后写上 reviewed_by = ["姓名", "姓名"]（S13）'
        yield Finding(entry.file, rule.key, problem, mend, level="warning")


def _texts(root: Path) -> tuple[Texts, SafeWords, Hotlines]:
    texts, words = Texts.load(root / "texts"), SafeWords.load(root / "lint_words.toml")
    return texts, words, Hotlines.load(root / "hotlines.toml")


def check_hotlines(root: Path, at: datetime) -> Iterator[Finding]:
    yield from Hotlines.load(root / "hotlines.toml").stale(at)


def check_columns(root: Path, at: datetime) -> Iterator[Finding]:
    library, words = Library.load(root / "columns"), SafeWords.load(root / "lint_words.toml")
    for column in library.columns():
        yield from _cover_findings(column.cover, root, root / "columns" / column.slug / "column.toml")
        if not library.articles(column.slug):
            folder = short(root / "columns" / column.slug)
            yield Finding(folder, column.title, "专栏里没有文章", "写一篇，或删掉专栏", level="warning")
        for article in library.articles(column.slug):
            yield from _article_findings(article, root, words)
            if article.cover != column.cover:
                yield from _cover_findings(article.cover, root, root / "columns" / column.slug / f"{article.slug}.md")


def _article_findings(article: Article, root: Path, words: SafeWords) -> Iterator[Finding]:
    file = short(root / "columns" / article.column / f"{article.slug}.md")
    for problem, mend in words.problems("\n".join((article.title, article.summary, article.body))):
        yield Finding(file, article.title, problem, mend)
    if article.sample and SAMPLE_NOTE not in article.body:
        yield Finding(file, "sample", "示例文章没有在末尾注明", f"在最后加一行，写明是{SAMPLE_NOTE}")
    for picture in IMAGE.findall(article.body):
        yield from _cover_findings(picture, root, root / "columns" / article.column / f"{article.slug}.md")
    for link in LINK.findall(article.body):
        if not link.startswith(("https://", "tel:", "#")):
            yield Finding(file, "链接", f"链接 {link} 不能用", "写完整的 https:// 网址")


def _cover_findings(picture: str, root: Path, file: Path) -> Iterator[Finding]:
    if picture and not (root / "covers" / picture).is_file():
        yield Finding(short(file), "图片", f"找不到 {picture}", "把图片放进 content/covers/，这里只写文件名")


def check_venues(root: Path, at: datetime) -> Iterator[Finding]:
    words = SafeWords.load(root / "lint_words.toml")
    file = short(root / "venues" / "venues.csv")
    for venue in Venues.load(root / "venues" / "venues.csv"):
        if venue.is_demo and "演示" not in venue.note:
            mend = "在 note 里写明是演示数据；核对后把 source 改成 checked"
            yield Finding(file, venue.id, "没有核对过的场地没有注明", mend)
        for problem, mend in words.problems(" ".join((venue.name, venue.address, venue.phone, venue.note))):
            yield Finding(file, venue.id, problem, mend)


def check_events(root: Path, at: datetime) -> Iterator[Finding]:
    path, words = root / "demo" / "events.toml", SafeWords.load(root / "lint_words.toml")
    for event in load_events(path):
        for problem, mend in words.problems("\n".join((event.title, event.summary, event.body))):
            yield Finding(short(path), event.number, problem, mend)


def check_menu(root: Path, at: datetime) -> Iterator[Finding]:
    Menu.load(root / "menu.toml")
    yield from ()


def check_rules(root: Path, at: datetime) -> Iterator[Finding]:
    for rule in Rules.load(root / "rules"):
        if not rule.examples:
            file = rule.name.partition(" ")[0]
            yield Finding(file, rule.action, "没有 examples", "写一两句会这样说的话，检查时会试一遍")


Part = Callable[[Path, datetime], Iterator[Finding]]
PARTS: tuple[Part, ...] = (
    check_texts,
    check_crisis,
    check_hotlines,
    check_columns,
    check_venues,
    check_events,
    check_menu,
    check_rules,
)


def main(root: Path = ROOT) -> int:
    findings = check(root, datetime.now(UTC))
    errors = sum(finding.level == "error" for finding in findings)
    for finding in findings:
        print(finding)
    print(f"内容检查：{errors} 个错误，{len(findings) - errors} 个提醒")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

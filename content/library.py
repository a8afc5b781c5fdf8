"""The library of study columns (学习专栏): read from content/columns/, browsed and searched in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from content.errors import ContentError
from content.reading import Row, parse_toml, read_text, read_toml
from content.words import cut

COLUMNS_DIR = Path(__file__).parent / "columns"
COVERS_DIR = Path(__file__).parent / "covers"
FENCE = "+++\n"
# WeChat shows about this much of a card's title.
LONGEST_TITLE = 32
LONGEST_SUMMARY = 60
WEIGHTS = {"title": 8, "keywords": 6, "summary": 3, "body": 1}


@dataclass(frozen=True)
class Column:
    """A study column (专栏)."""

    slug: str
    title: str
    summary: str
    order: int
    keywords: tuple[str, ...]
    cover: str = ""


@dataclass(frozen=True)
class Article:
    """One piece in a column (文章); `body` is Markdown, `sample` marks pieces written for the demo."""

    slug: str
    column: str
    title: str
    date: date
    author: str
    source: str
    summary: str
    keywords: tuple[str, ...]
    cover: str
    sample: bool
    order: int
    body: str = field(repr=False)


class Library:
    def __init__(self, columns: Iterable[Column], articles: Iterable[Article]) -> None:
        self._columns = {column.slug: column for column in sorted(columns, key=lambda one: (one.order, one.slug))}
        ordered = sorted(articles, key=lambda one: (one.order, one.date, one.slug))
        self._shelves = {slug: tuple(one for one in ordered if one.column == slug) for slug in self._columns}
        self._index = _build_index(ordered)
        self._everything = tuple(ordered)

    @classmethod
    def load(cls, folder: Path = COLUMNS_DIR) -> "Library":
        columns, articles = [], []
        for path in sorted(folder.glob("*/column.toml")):
            columns.append(_read_column(path))
            articles += [_read_article(page, columns[-1]) for page in sorted(path.parent.glob("*.md"))]
        if not columns:
            raise ContentError(folder, "文件夹", "没有专栏", "每个专栏一个文件夹，里面放 column.toml")
        return cls(columns, articles)

    def columns(self) -> tuple[Column, ...]:
        return tuple(self._columns.values())

    def column(self, slug: str) -> Column | None:
        return self._columns.get(slug)

    def articles(self, column: str) -> tuple[Article, ...]:
        """In reading order."""
        return self._shelves.get(column, ())

    def article(self, column: str, slug: str) -> Article | None:
        return next((one for one in self.articles(column) if one.slug == slug), None)

    def next(self, article: Article) -> Article | None:
        return self._beside(article, 1)

    def previous(self, article: Article) -> Article | None:
        return self._beside(article, -1)

    def _beside(self, article: Article, step: int) -> Article | None:
        shelf = self.articles(article.column)
        index = shelf.index(article) + step
        return shelf[index] if 0 <= index < len(shelf) else None

    def latest(self, n: int = 5) -> tuple[Article, ...]:
        return tuple(sorted(self._everything, key=lambda one: one.date, reverse=True)[:n])

    def search(self, words: Sequence[str], limit: int = 5) -> tuple[Article, ...]:
        """Best first. Articles that hold more of the words come before those that hold one of them often."""
        wanted = {word.lower() for word in words if word.strip()}
        scored = [(self._score(article, wanted), article) for article in self._everything]
        best = sorted((one for one in scored if one[0] > (0, 0)), key=lambda one: one[0], reverse=True)
        return tuple(article for _, article in best[:limit])

    def _score(self, article: Article, wanted: set[str]) -> tuple[int, int]:
        weights = self._index[article.column, article.slug]
        found = [weights[word] for word in wanted if word in weights]
        return len(found), sum(found)


def _build_index(articles: Iterable[Article]) -> dict[tuple[str, str], dict[str, int]]:
    return {(article.column, article.slug): _weigh(article) for article in articles}


def _weigh(article: Article) -> dict[str, int]:
    weights: dict[str, int] = {}
    parts = {
        "title": article.title,
        "keywords": " ".join(article.keywords),
        "summary": article.summary,
        "body": article.body,
    }
    for part, text in parts.items():
        whole = {keyword.lower() for keyword in article.keywords} if part == "keywords" else set()
        for word in {word.lower() for word in cut(text)} | whole:
            weights[word] = weights.get(word, 0) + WEIGHTS[part]
    return weights


def _read_column(path: Path) -> Column:
    row = Row(read_toml(path), path, "专栏")
    column = Column(
        slug=path.parent.name,
        title=_title(row),
        summary=row.text("summary"),
        order=row.number("order"),
        keywords=row.words("keywords"),
        cover=row.text("cover", ""),
    )
    row.done()
    return column


def _read_article(path: Path, column: Column) -> Article:
    head, body = _split(path)
    row = Row(parse_toml(head, path), path, "文章信息")
    article = Article(
        slug=path.stem,
        column=column.slug,
        title=_title(row),
        date=row.take("date", date),
        author=row.text("author"),
        source=row.text("source"),
        summary=_summary(row),
        keywords=row.words("keywords"),
        cover=row.text("cover", column.cover),
        sample=row.take("sample", bool, False),
        order=row.number("order", 0),
        body=body.strip(),
    )
    row.done()
    if not article.body:
        raise row.error("没有正文", "在第二行 +++ 下面写正文")
    return article


def _split(path: Path) -> tuple[str, str]:
    text = read_text(path)
    parts = text.split(FENCE, 2)
    if len(parts) != 3 or parts[0].strip():
        raise ContentError(path, "第 1 行", "文章信息没有用两行 +++ 围起来", "第一行写 +++，信息写完再写一行 +++")
    return parts[1], parts[2]


def _title(row: Row) -> str:
    title = row.text("title")
    if len(title) > LONGEST_TITLE:
        raise row.error(f"标题有 {len(title)} 个字", f"缩短到 {LONGEST_TITLE} 个字以内")
    return title


def _summary(row: Row) -> str:
    summary = row.text("summary")
    if len(summary) > LONGEST_SUMMARY:
        raise row.error(f"摘要有 {len(summary)} 个字", f"缩短到 {LONGEST_SUMMARY} 个字以内")
    return summary

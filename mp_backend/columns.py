"""Study columns (学习专栏) and their articles (文章); from boot-loaded content alone, so never away."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from content.library import Article, Column
from core.resources import Resources
from core.study import covers, finding
from core.study.errors import ArticleNotFound
from core.understanding import normalise
from mp_backend.backend import Call
from mp_backend.errors import Problem
from mp_backend.operations import CONTENT, Operation
from mp_backend.pages.markdown import to_html
from mp_backend.paging import PageQuery, cut, numbered, place

LONGEST_QUERY = 30
MOST_FOUND = 50


class ColumnAnswer(BaseModel):
    """A column (专栏)."""

    slug: str
    title: str
    summary: str
    cover: str = Field(description="封面图的地址；没有封面时为空")
    articles: int = Field(description="有几篇文章")
    page: str = Field(description="手机网页的地址")


class ColumnPage(BaseModel):
    items: list[ColumnAnswer]
    next: str | None


class ArticleBrief(BaseModel):
    """An article (文章) as a list shows it."""

    column: str
    slug: str
    title: str
    summary: str
    date: date
    author: str
    cover: str = Field(description="封面图的地址；没有封面时为空")
    sample: bool = Field(description="是不是为演示写的示例文章")


class ArticlePage(BaseModel):
    items: list[ArticleBrief]
    next: str | None


class Neighbour(BaseModel):
    """The article before or behind."""

    column: str
    slug: str
    title: str


class ArticleAnswer(ArticleBrief):
    """An article to read."""

    source: str
    keywords: list[str]
    html: str = Field(description="正文，已经清理过的 HTML，可以直接交给 rich-text")
    previous: Neighbour | None
    following: Neighbour | None
    page: str = Field(description="手机网页的地址")


class ArticleQuery(PageQuery):
    """Which articles."""

    column: str | None = Field(None, max_length=64, description="只看这个专栏", examples=["shijiuda"])
    q: str | None = Field(None, max_length=LONGEST_QUERY, description="按内容找，最相关的在前", examples=["乡村振兴"])


def list_columns(call: Call) -> ColumnPage:
    resources = call.backend.resources
    page, following = cut(numbered(resources.library.columns()), place, call.query)
    return ColumnPage(items=[_column(one, resources) for _, one in page], next=following)


def show_column(call: Call) -> ColumnAnswer:
    return _column(_find_column(call), call.backend.resources)


def list_articles(call: Call) -> ArticlePage:
    query: ArticleQuery = call.query
    page, following = cut(numbered(_wanted(call, query)), place, query)
    return ArticlePage(items=[_brief(one, call.backend.resources) for _, one in page], next=following)


def show_article(call: Call) -> ArticleAnswer:
    resources, column = call.backend.resources, _find_column(call)
    article = resources.library.article(column.slug, call.path["slug"])
    if article is None:
        raise ArticleNotFound
    return ArticleAnswer(
        **_brief(article, resources).model_dump(),
        source=article.source,
        keywords=list(article.keywords),
        html=str(to_html(article.body)),
        previous=_neighbour(resources.library.previous(article)),
        following=_neighbour(resources.library.next(article)),
        page=resources.page(f"columns/{article.column}/{article.slug}"),
    )


def _find_column(call: Call) -> Column:
    column = call.backend.resources.library.column(call.path["column"])
    if column is None:
        raise Problem("column_not_found")
    return column


def _wanted(call: Call, query: ArticleQuery) -> list[Article]:
    library = call.backend.resources.library
    if query.q:
        found = finding.articles_about(library, normalise(query.q).text, MOST_FOUND)
    else:
        found = tuple(one for column in library.columns() for one in library.articles(column.slug))
    return [one for one in found if query.column in (None, one.column)]


def _column(column: Column, resources: Resources) -> ColumnAnswer:
    return ColumnAnswer(
        slug=column.slug,
        title=column.title,
        summary=column.summary,
        cover=_cover(column.cover, resources),
        articles=len(resources.library.articles(column.slug)),
        page=resources.page(f"columns/{column.slug}/"),
    )


def _brief(article: Article, resources: Resources) -> ArticleBrief:
    return ArticleBrief(
        column=article.column,
        slug=article.slug,
        title=article.title,
        summary=article.summary,
        date=article.date,
        author=article.author,
        cover=_cover(article.cover, resources),
        sample=article.sample,
    )


def _neighbour(article: Article | None) -> Neighbour | None:
    return Neighbour(column=article.column, slug=article.slug, title=article.title) if article else None


def _cover(name: str, resources: Resources) -> str:
    path = covers.path(name)
    return resources.page(path) if path else ""


COLUMN = {
    "slug": "shijiuda",
    "title": "十九大学习专栏",
    "summary": "大会说了什么，身边的人怎么做：精神解读、工作动态、先进典型。",
    "cover": "https://example.org/pages/covers/shijiuda.png",
    "articles": 9,
    "page": "https://example.org/pages/columns/shijiuda/",
}
BRIEF = {
    "column": "shijiuda",
    "slug": "xiangcun-zhenxing",
    "title": "乡村振兴，年轻人能做什么",
    "summary": "从直播带货到支教，身边的例子。",
    "date": "2017-11-20",
    "author": "团市委宣传部",
    "cover": "https://example.org/pages/covers/shijiuda.png",
    "sample": True,
}
ARTICLE = BRIEF | {
    "source": "示例文章",
    "keywords": ["乡村振兴"],
    "html": "<p>正文……</p>",
    "previous": None,
    "following": {"column": "shijiuda", "slug": "xianjin-dianxing", "title": "先进典型"},
    "page": "https://example.org/pages/columns/shijiuda/xiangcun-zhenxing",
}
WHERE = {"column": "shijiuda"}
OPERATIONS = (
    Operation(
        "GET",
        "/columns",
        list_columns,
        "有哪些学习专栏",
        "专栏",
        ColumnPage,
        {"items": [COLUMN], "next": None},
        query=PageQuery,
        problems=("bad_cursor",),
        cache=CONTENT,
    ),
    Operation(
        "GET",
        "/columns/{column}",
        show_column,
        "一个专栏",
        "专栏",
        ColumnAnswer,
        COLUMN,
        path_examples=WHERE,
        problems=("column_not_found",),
        cache=CONTENT,
    ),
    Operation(
        "GET",
        "/articles",
        list_articles,
        "有哪些文章，可以按专栏看，也可以按内容找",
        "专栏",
        ArticlePage,
        {"items": [BRIEF], "next": "WzIwXQ"},
        query=ArticleQuery,
        problems=("bad_cursor",),
        cache=CONTENT,
    ),
    Operation(
        "GET",
        "/articles/{column}/{slug}",
        show_article,
        "读一篇文章",
        "专栏",
        ArticleAnswer,
        ARTICLE,
        path_examples=WHERE | {"slug": "xiangcun-zhenxing"},
        problems=("column_not_found", "article_not_found"),
        cache=CONTENT,
    ),
)

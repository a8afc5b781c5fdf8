"""Study columns (学习专栏): list, open, next, search by words."""

from __future__ import annotations

from collections.abc import Sequence

from content.library import Article as Piece
from content.library import Column
from core.messages import Article, InboundMessage, NewsReply, Reply, TextReply
from core.study import covers, finding
from core.study.errors import ArticleNotFound
from core.understanding.slots import EARLIEST, NEAREST, NEWEST
from handlers.context import Context
from handlers.paging import END, OUT_OF_RANGE, ask_again, has_more, page, pick, turned, window
from handlers.registry import PASS, Pass, Router

router = Router("study")

LATEST = 9
# An example that can be found, for somebody who does not know what to look for.
EXAMPLE = "乡村振兴"


# --- columns ----------------------------------------------------------------------------------------------------


@router.action("study.list", opens_with="study.list")
def list_columns(message: InboundMessage, ctx: Context) -> Reply:
    """The column that the words name, or the articles about what they say; else all columns."""
    library, text = ctx.resources.library, ctx.judgement.normal.text
    if named := finding.column_named(library, text):
        return _show_column(ctx, named)
    found = finding.articles_about(library, text)
    return _show_found(ctx, found) if found else _list_columns(ctx)


@router.action("column", opens_with="study.column")
def show_column(message: InboundMessage, ctx: Context) -> Reply:
    """One column by its name in the library, from a QR code (场景 column:shijiuda)."""
    column = ctx.resources.library.column(ctx.argument)
    if column is None:
        raise ArticleNotFound
    return _show_column(ctx, column)


@router.step("study.choose_column")
def choose_column(message: InboundMessage, ctx: Context) -> Reply | Pass:
    columns, start = ctx.resources.library.columns(), ctx.dialogue.answers["start"]
    text = ctx.judgement.normal.text
    turn = turned(text, len(columns), start)
    if turn is not None:
        return ctx.say("study.no_more") if turn == END else _list_columns(ctx, turn)
    index = pick(text, [column.title for column in columns], start)
    if index is None:
        return PASS
    return ask_again(ctx, _list_columns(ctx, start)) if index == OUT_OF_RANGE else _show_column(ctx, columns[index])


def _list_columns(ctx: Context, start: int = 0, lead: str = "") -> TextReply:
    columns = ctx.resources.library.columns()
    ctx.dialogue.begin("study.choose_column", start=start)
    lines = [column.title for column in window(columns, start)]
    return ctx.say("study.list", lead=lead, lines=page(lines, start), more=_more(ctx, len(columns), start))


def _show_column(ctx: Context, column: Column) -> TextReply:
    return _list_articles(ctx, "study.column", ctx.resources.library.articles(column.slug), column=column.slug)


# --- articles ---------------------------------------------------------------------------------------------------


@router.action("study.latest", opens_with="study.latest")
def list_latest(message: InboundMessage, ctx: Context) -> Reply:
    return _list_articles(ctx, "study.latest", ctx.resources.library.latest(LATEST))


@router.action("article", opens_with="study.article")
def show_article(message: InboundMessage, ctx: Context) -> Reply:
    """One article by its names in the library, from a QR code (场景 article:shijiuda/kaimu)."""
    column, _, slug = ctx.argument.partition("/")
    article = ctx.resources.library.article(column, slug)
    if article is None:
        raise ArticleNotFound
    return _open_alone(ctx, article)


@router.action("study.next", opens_with="study.article")
def open_next(message: InboundMessage, ctx: Context) -> Reply:
    """The article after the one that was opened last, in the list it was chosen from."""
    shelf, remembered = _shelf(ctx), ctx.dialogue.answers
    index = remembered.get("reading", -1) + 1
    if not shelf:
        return _list_columns(ctx, lead=ctx.say("study.nothing_open").text)
    if index == len(shelf):
        return _list_columns(ctx, lead=_finished(ctx, shelf[-1]))
    return _open(ctx, shelf, index)


@router.step("study.choose_article")
def choose_article(message: InboundMessage, ctx: Context) -> Reply | Pass:
    remembered, shelf, text = ctx.dialogue.answers, _shelf(ctx), ctx.judgement.normal.text
    start = remembered["start"]
    turn = turned(text, len(shelf), start)
    if turn is not None:
        return ctx.say("study.no_more") if turn == END else _show_shelf(ctx, turn)
    index = pick(text, [article.title for article in shelf], start, _by_date(shelf))
    if index is None:
        return PASS
    return ask_again(ctx, _show_shelf(ctx, start)) if index == OUT_OF_RANGE else _open(ctx, shelf, index)


def _list_articles(ctx: Context, key: str, articles: Sequence[Piece], column: str = "") -> TextReply:
    shelf = [f"{article.column}/{article.slug}" for article in articles]
    ctx.dialogue.begin("study.choose_article", key=key, shelf=shelf, column=column, start=0)
    return _show_shelf(ctx, 0)


def _show_shelf(ctx: Context, start: int) -> TextReply:
    """Three of the articles that are remembered."""
    shelf, remembered = _shelf(ctx), ctx.dialogue.answers
    ctx.dialogue.expect("study.choose_article", start=start)
    column = ctx.resources.library.column(remembered["column"])
    return ctx.say(
        remembered["key"],
        title=column.title if column else "",
        summary=column.summary if column else "",
        lines=page([article.title for article in window(shelf, start)], start),
        more=_more(ctx, len(shelf), start),
    )


def _by_date(shelf: Sequence[Piece]) -> dict[str, int]:
    """Which is the newest and which the oldest, for “最新的那篇”."""
    if not shelf:
        return {}
    oldest, *_, newest = sorted(range(len(shelf)), key=lambda index: shelf[index].date) * 2
    return {NEWEST: newest, NEAREST: newest, EARLIEST: oldest}


def _open_alone(ctx: Context, article: Piece) -> NewsReply:
    """Open an article that was not chosen from a list: its column is what one reads on in."""
    articles = ctx.resources.library.articles(article.column)
    _list_articles(ctx, "study.column", articles, article.column)
    return _open(ctx, articles, articles.index(article))


def _open(ctx: Context, shelf: Sequence[Piece], index: int) -> NewsReply:
    article = shelf[index]
    ctx.dialogue.expect("study.choose_article", reading=index)
    tail = "study.article" if index + 1 < len(shelf) else "study.last_article"
    cover = covers.path(article.cover)
    return ctx.card(
        "study.article",
        Article(
            title=article.title,
            description=ctx.say(tail, summary=article.summary).text,
            url=ctx.resources.page(f"columns/{article.column}/{article.slug}"),
            pic_url=ctx.resources.page(cover) if cover else "",
        ),
    )


def _shelf(ctx: Context) -> list[Piece]:
    """The remembered list, without what was taken down since."""
    names = [name.split("/") for name in ctx.dialogue.answers.get("shelf", ())]
    found = (ctx.resources.library.article(column, slug) for column, slug in names)
    return [article for article in found if article]


def _finished(ctx: Context, last: Piece) -> str:
    column = ctx.resources.library.column(last.column)
    return ctx.say("study.finished", title=column.title if column else last.title).text


# --- search -----------------------------------------------------------------------------------------------------


@router.action("study.search", opens_with="study.found")
def search(message: InboundMessage, ctx: Context) -> Reply | Pass:
    """Articles about the words; without words, ask for some."""
    found = finding.articles_about(ctx.resources.library, ctx.argument or ctx.judgement.normal.text)
    if found:
        return _show_found(ctx, found)
    if ctx.argument:
        return PASS
    return _ask_words(ctx) if not finding.subject_words(ctx.judgement.normal.text) else _not_found(ctx)


@router.step("study.words")
def search_words(message: InboundMessage, ctx: Context) -> Reply | Pass:
    found = finding.articles_about(ctx.resources.library, ctx.judgement.normal.text)
    return _show_found(ctx, found) if found else _not_found(ctx)


def _show_found(ctx: Context, found: Sequence[Piece]) -> Reply:
    return _open_alone(ctx, found[0]) if len(found) == 1 else _list_articles(ctx, "study.found", found)


def _ask_words(ctx: Context) -> Reply:
    ctx.dialogue.begin("study.words")
    return ctx.say("study.ask_words", words=EXAMPLE)


def _not_found(ctx: Context) -> Reply:
    ctx.dialogue.begin("study.words")
    return ctx.say("study.not_found")


def _more(ctx: Context, count: int, start: int) -> str:
    return ctx.say("study.more").text if has_more(count, start) else ""
